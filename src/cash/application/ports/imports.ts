import type { ImportProfileName } from '../../domain/import-profile.js';
import type { Row } from '../../domain/statement-file.js';

/** An uploaded file. */
export type StatementFile = Readonly<{
  /** Lower case hexadecimal digits. */
  sha256: string;
  sizeBytes: number;
  /** The bytes, in pieces of at most 64 KiB; every call reads the file from the beginning. */
  chunks(): AsyncIterable<Uint8Array>;
}>;

/** Comma-separated values (RFC 4180) and the deviations from it that banks write. */
export interface StatementFiles {
  /**
   * The rows of the file in order, those of one piece at a time. Reads the file once, and yields to the event loop between
   * pieces.
   * @throws DomainError invalid `invalid-file` when the file is no text, no table, or has a row of more than 64 KiB; with the
   * line of the fault, if it is known
   */
  rows(
    file: StatementFile,
    format: Readonly<{ delimiter: string; otherEncoding: 'windows-1252' | null }>,
  ): AsyncIterable<readonly Row[]>;
}

export interface Fingerprints {
  /** SHA-256 of the text in UTF-8, lower case hexadecimal digits. */
  of(text: string): string;
}

export type Import = Readonly<{
  id: string;
  realAccountId: string;
  profile: ImportProfileName;
  sha256: string;
  sizeBytes: number;
  added: number;
  duplicates: number;
  rejected: number;
  importedAt: Date;
  importedBy: string | null;
}>;

export interface ImportRepository {
  /** To be called after the lines were added, whose foreign key is deferred. */
  insert(of: Import): Promise<void>;
}
