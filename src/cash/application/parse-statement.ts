import { Occurrences, statementText, type BankLineFacts } from '../domain/bank-line.js';
import { invalidFile } from '../domain/errors.js';
import type { ImportProfile } from '../domain/import-profile.js';
import { StatementReader, type Rejection, type StatementOptions } from '../domain/statement-file.js';
import type { Fingerprints, StatementFile, StatementFiles } from './bank-ports.js';

/** A larger file has to be imported in parts, which bounds the time and memory of one import. */
export const MOST_ROWS = 200_000;
/** Enough to find the error in a file. */
export const MOST_REJECTIONS_SHOWN = 1_000;

/** The rejections with the lowest line numbers, and the count of all, so that memory does not grow with their number. */
export class Rejections {
  #kept: Rejection[];
  #count: number;

  /** Starts with the rejections of `others`, which stay unchanged. */
  constructor(others?: Rejections) {
    this.#kept = others === undefined ? [] : [...others.#kept];
    this.#count = others === undefined ? 0 : others.#count;
  }
  add(rejection: Rejection): void {
    this.#count += 1;
    this.#kept.push(rejection);
    if (this.#kept.length > 2 * MOST_REJECTIONS_SHOWN) this.#kept = [...this.first()];
  }
  get count(): number {
    return this.#count;
  }
  /** In order of line. */
  first(): readonly Rejection[] {
    return this.#kept.toSorted((a, b) => a.line - b.line).slice(0, MOST_REJECTIONS_SHOWN);
  }
}

export type ParsedLine = Readonly<{
  facts: BankLineFacts;
  fingerprint: string;
  occurrence: number;
  /** In the file, from 1. */
  lineNumber: number;
}>;

export type ParsedStatement = Readonly<{ lines: readonly ParsedLine[]; rejections: Rejections }>;

/**
 * Reads the file once and returns its lines with their fingerprints, and the rows that cannot be read.
 * It takes seconds of CPU for a large file and has to be called outside a transaction.
 * @throws DomainError invalid `invalid-file`
 */
export async function parseStatement(
  file: StatementFile,
  profile: ImportProfile,
  { currency, dayOf }: Omit<StatementOptions, 'profile'>,
  { statementFiles, fingerprints }: Readonly<{ statementFiles: StatementFiles; fingerprints: Fingerprints }>,
): Promise<ParsedStatement> {
  const reader = new StatementReader({ profile, currency, dayOf });
  const occurrences = new Occurrences();
  const rejections = new Rejections();
  const lines: ParsedLine[] = [];
  let rowCount = 0;
  for await (const rows of statementFiles.rows(file, profile)) {
    if ((rowCount += rows.length) > MOST_ROWS)
      throw invalidFile(`The file has more than ${MOST_ROWS} rows; import it in parts.`);
    for (const row of rows) {
      const result = reader.read(row);
      if (result === undefined) continue;
      if ('code' in result) {
        rejections.add(result);
        continue;
      }
      const fingerprint = fingerprints.of(statementText(result));
      const occurrence = occurrences.next(fingerprint);
      lines.push({ facts: result, fingerprint, occurrence, lineNumber: row.line });
    }
  }
  reader.end();
  return { lines, rejections };
}
