/** What the bank says of one movement in a real account. Never changed: a match lies beside it. */
export type BankLine = Readonly<{
  id: string;
  realAccountId: string;
  importId: string;
  currency: string;
  /** Lower case hexadecimal SHA-256 of `statementText`. */
  fingerprint: string;
  /** The k-th line of its file that says exactly this; 1 for most. */
  occurrence: number;
}> &
  BankLineFacts;

export type BankLineFacts = Readonly<{
  /** `yyyy-mm-dd`, as the bank wrote it: a day and not an instant. */
  bookedOn: string;
  valueDate: string | null;
  /** Minor units; what came in is positive. Never 0. */
  amount: number;
  remittance: string | null;
  counterparty: string | null;
  reference: string | null;
}>;

export const MOST_CHARACTERS = { remittance: 1000, counterparty: 200, reference: 200 } as const;

/** White space, line breaks and tabs too, counts as one space; accents have one form (NFC). null when nothing is left. */
export function tidyText(text: string): string | null {
  if (text === '') return null;
  const tidy = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  return tidy === '' ? null : tidy;
}

/**
 * Everything the bank said, as one text. Two lines of a file that give the same text differ in nothing that is stored,
 * so which of them is which cannot matter; only how many there are does.
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

/** Counts how often each fingerprint has come within one file. */
export class Occurrences {
  readonly #seen = new Map<string, number>();
  next(fingerprint: string): number {
    const occurrence = (this.#seen.get(fingerprint) ?? 0) + 1;
    this.#seen.set(fingerprint, occurrence);
    return occurrence;
  }
}
