import { createHash } from 'node:crypto';
import type { StatementFile } from '../../src/cash/application/bank-ports.js';

/** The bytes of a request, in pieces that split rows and characters. */
export function aFile(content: string | Uint8Array, pieceBytes = 1_021): StatementFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += pieceBytes)
        yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
    },
  };
}

export type StatementRow = Readonly<{
  date: string;
  amount: string;
  description?: string;
  counterparty?: string;
  reference?: string;
}>;

/** A statement of the profile `generic`. */
export const genericCsv = (rows: readonly StatementRow[]): string =>
  [
    'date,amount,description,counterparty,reference',
    ...rows.map(({ date, amount, description = '', counterparty = '', reference = '' }) =>
      [date, amount, description, counterparty, reference].join(','),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');
