import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { StatementFile, StatementFiles } from '../application/bank-ports.js';
import { invalidFile } from '../domain/errors.js';
import type { Row } from '../domain/statement-file.js';

type Encoding = 'utf-8' | 'windows-1252';

const MOST_BYTES_IN_A_ROW = 64 * 1024;
const MOST_ROWS_AT_ONCE = 500;
/** Rows of 65,000 empty cells are rows too. */
const MOST_CELLS_AT_ONCE = 20_000;

/** First bytes of what people send instead of a statement. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive, or a spreadsheet, which is one'],
  ['\x1f\x8b', 'a gzip archive'],
  ['%PDF', 'a PDF'],
  ['{\\rtf', 'a text document'],
  ['\xd0\xcf\x11\xe0', 'a spreadsheet or document of an old kind'],
  ['\xff\xfe', 'UTF-16 text'],
  ['\xfe\xff', 'UTF-16 text'],
];

function assertNotSomethingElse(start: string): void {
  const [, kind] = SIGNATURES.find(([signature]) => start.startsWith(signature)) ?? [];
  if (kind !== undefined)
    throw invalidFile(`The file is ${kind}; a statement is a text with comma-separated values.`);
  const text = start.replace('\xef\xbb\xbf', '').trimStart();
  if (text.startsWith('<'))
    throw invalidFile('The file is XML or HTML; a statement has comma-separated values.');
  if (/^[[{]/.test(text)) throw invalidFile('The file is JSON; a statement has comma-separated values.');
}

const NEWLINE = 0x0a;
const count = (bytes: Uint8Array): number => {
  let newlines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) newlines += 1;
  return newlines;
};

/**
 * Looks through the bytes once: what cannot be a table of text is refused with its line before a row of it is read. Text
 * that is valid UTF-8 is UTF-8, whatever the profile expects: nobody writes the sequences by chance.
 */
async function encodingOf(file: StatementFile, otherEncoding: 'windows-1252' | null): Promise<Encoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found: { encoding: Encoding } = { encoding: 'utf-8' };
  let line = 1;
  let sinceNewline = 0;
  let first = true;
  const decode = (bytes?: Uint8Array): void => {
    if (found.encoding !== 'utf-8') return;
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      if (otherEncoding !== null) {
        found.encoding = otherEncoding;
        return;
      }
      const [before = ''] = new TextDecoder().decode(bytes).split('\ufffd');
      throw invalidFile('The file is not text in UTF-8.', line + before.split('\n').length - 1);
    }
  };
  for await (const bytes of file.chunks()) {
    if (first) assertNotSomethingElse(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'));
    first = false;
    const nul = bytes.indexOf(0);
    if (nul !== -1)
      throw invalidFile('The file holds NUL, which no text does.', line + count(bytes.subarray(0, nul)));
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline === -1 ? bytes.length : newline;
      sinceNewline += end - at;
      if (sinceNewline > MOST_BYTES_IN_A_ROW)
        throw invalidFile('A line is longer than 64 KiB.', line + count(bytes.subarray(0, at)));
      if (newline === -1) break;
      sinceNewline = 0;
      at = newline + 1;
    }
    decode(bytes);
    line += count(bytes);
  }
  decode();
  return found.encoding;
}

/** The text with one kind of line break: whether it came with CRLF, LF or both, the lines count the same. */
async function* decoded(file: StatementFile, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let held = '';
  for await (const bytes of file.chunks()) {
    const text = held + decoder.decode(bytes, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, '\n');
  }
  yield (held + decoder.decode()).replaceAll(/\r\n?/g, '\n');
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quoted field does not end.',
  CSV_MAX_RECORD_SIZE: 'A row is longer than 64 KiB.',
};

function asInvalidFile(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
  return invalidFile(CSV_FAULTS[error.code] ?? 'The file is not a table of comma-separated values.', line);
}

type Parsed = Readonly<{ record: string[]; info: Readonly<{ lines: number }> }>;

/** Statements as CSV, row by row; a row may have line breaks inside quotes (RFC 4180 §2.6). */
export const makeCsvStatementFiles = (): StatementFiles => ({
  async *rows(file, { delimiter, otherEncoding }) {
    const encoding = await encodingOf(file, otherEncoding);
    const parser = parse({
      delimiter,
      bom: true,
      info: true,
      max_record_size: MOST_BYTES_IN_A_ROW,
      record_delimiter: '\n',
      relax_column_count: true,
      // Banks put quotes into texts without quoting them.
      relax_quotes: true,
    });
    // Its fault comes out of the parser as well, where it is looked at.
    void pipeline(Readable.from(decoded(file, encoding)), parser).catch(() => undefined);
    let [rows, cells, line]: [Row[], number, number] = [[], 0, 1];
    try {
      for await (const { record, info } of parser as AsyncIterable<Parsed>) {
        rows.push({ line, cells: record });
        line = info.lines + 1;
        cells += record.length;
        if (rows.length < MOST_ROWS_AT_ONCE && cells < MOST_CELLS_AT_ONCE) continue;
        yield rows;
        [rows, cells] = [[], 0];
      }
    } catch (error) {
      throw asInvalidFile(error);
    }
    if (rows.length > 0) yield rows;
  },
});
