import { setImmediate } from 'node:timers/promises';
import type { StatementFile, StatementFiles } from '../application/bank-ports.js';
import { invalidFile } from '../domain/errors.js';
import { CsvRows } from './csv-rows.js';

type Encoding = 'utf-8' | 'windows-1252';

const MOST_BYTES_IN_A_LINE = 64 * 1024;
/** Between two yields to the event loop: 1,300 of the shortest rows, which take some 10 ms to parse. */
const BYTES_AT_ONCE = 16 * 1024;

/** First bytes of files that users upload by mistake. */
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
 * Reads the file into memory (20 MB at most). Rejects a file that is not a text table before the first row is parsed, with the
 * line of the error. The whole file decides the encoding: valid UTF-8 is read as UTF-8 with every profile, because its
 * multi-byte sequences do not occur by chance.
 */
async function readText(
  file: StatementFile,
  otherEncoding: 'windows-1252' | null,
): Promise<Readonly<{ pieces: Uint8Array[]; encoding: Encoding }>> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found: { encoding: Encoding } = { encoding: 'utf-8' };
  const pieces: Uint8Array[] = [];
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
      if (sinceNewline > MOST_BYTES_IN_A_LINE)
        throw invalidFile('A line is longer than 64 KiB.', line + count(bytes.subarray(0, at)));
      if (newline === -1) break;
      sinceNewline = 0;
      at = newline + 1;
    }
    decode(bytes);
    line += count(bytes);
    pieces.push(bytes);
  }
  decode();
  return { pieces, encoding: found.encoding };
}

/** The bytes in short pieces, each after a yield to the event loop. Removes the returned bytes from `pieces`. */
async function* shortPieces(pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  pieces.reverse();
  for (let bytes = pieces.pop(); bytes !== undefined; bytes = pieces.pop())
    for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
      await setImmediate();
      yield bytes.subarray(at, at + BYTES_AT_ONCE);
    }
}

/** The text with LF for every line break (CRLF and CR too), so that lines count the same. */
async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  /** A CR at the end of a piece: the LF that belongs to it may follow in the next. */
  let pending = '';
  for await (const bytes of pieces) {
    const text = pending + decoder.decode(bytes, { stream: true });
    pending = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - pending.length).replaceAll(/\r\n?/g, '\n');
  }
  yield (pending + decoder.decode()).replaceAll(/\r\n?/g, '\n');
}

/** Statements as CSV. */
export const makeCsvStatementFiles = (): StatementFiles => ({
  async *rows(file, { delimiter, otherEncoding }) {
    const { pieces, encoding } = await readText(file, otherEncoding);
    const csv = new CsvRows(delimiter);
    for await (const text of decoded(shortPieces(pieces), encoding)) {
      const rows = csv.push(text);
      if (rows.length > 0) yield rows;
    }
    yield csv.end();
  },
});
