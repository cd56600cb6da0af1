/** One movement in a real account as the bank reports it. Never changed; its match is stored separately. */
export type BankLine = Readonly<{
  id: string;
  realAccountId: string;
  importId: string;
  currency: string;
  /** Lower case hexadecimal SHA-256 of `statementText`. */
  fingerprint: string;
  /** k for the k-th of equal lines in its file; 1 for most. */
  occurrence: number;
}> &
  BankLineFacts;

export type BankLineFacts = Readonly<{
  /** `yyyy-mm-dd`, as the bank wrote it: a day and not an instant. */
  bookedOn: string;
  valueDate: string | null;
  /** Minor units; positive for money received. Never 0. */
  amount: number;
  remittance: string | null;
  counterparty: string | null;
  reference: string | null;
}>;

export const MOST_CHARACTERS = { remittance: 1000, counterparty: 200, reference: 200 } as const;

/** Normalizes to NFC, replaces each run of white space by one space, and trims; null for an empty result. */
export function tidyText(text: string): string | null {
  if (text === '') return null;
  const tidy = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  return tidy === '' ? null : tidy;
}

/**
 * All stored fields of a line as one text. Lines with equal texts are interchangeable: only their number matters.
 */
export const statementText = (line: BankLineFacts): string =>
  JSON.stringify([
    line.bookedOn,
    line.valueDate,
    line.amount,
    line.remittance,
    line.counterparty,
    line.reference,
  ]);

/** Numbers the lines with equal fingerprints within one file. */
export class Occurrences {
  readonly #seen = new Map<string, number>();
  next(fingerprint: string): number {
    const occurrence = (this.#seen.get(fingerprint) ?? 0) + 1;
    this.#seen.set(fingerprint, occurrence);
    return occurrence;
  }
}
