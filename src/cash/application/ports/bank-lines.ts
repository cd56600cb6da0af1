import type { BankLine } from '../../domain/bank-line.js';

/** The numbers of new and of known lines, and the positions of those that belong to a closed month. */
export type LineOutcomes = Readonly<{ added: number; duplicates: number; closed: readonly number[] }>;

/** All methods require the lock of the real account. */
export interface BankLineRepository {
  /** Adds the new lines whose month is open. A line is known by its fingerprint and occurrence. */
  add(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** The outcome of `add`, without a change. */
  compare(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** Needs no lock, because a line never changes. */
  find(id: string): Promise<BankLine | undefined>;
  /** Counts the lines booked on `through` or before, and those of them without a match. */
  unmatchedThrough(
    realAccountId: string,
    through: string,
  ): Promise<Readonly<{ lines: number; unmatched: number }>>;
}
