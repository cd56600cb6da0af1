import { invalidField } from '../../kernel/errors.js';
import { money } from '../../kernel/money.js';
import type { BankLine } from './bank-line.js';
import { alreadyMatched, amountsDiffer } from './errors.js';

/** What a bank line stands for in the books: one transaction or several. Taken apart, it stays as history. */
export type Match = Readonly<{
  id: string;
  bankLineId: string;
  realAccountId: string;
  transactionIds: readonly string[];
  matchedAt: Date;
  matchedBy: string | null;
  removedAt: Date | null;
  removedBy: string | null;
}>;

/** A transaction as one real account sees it: `delta` is what it moved there, in minor units; what came in is positive. */
export type Movement = Readonly<{
  transactionId: string;
  delta: number;
  /** Whether a live match of this real account holds it. */
  matched: boolean;
}>;

export const MOST_TRANSACTIONS = 100;

/**
 * Whether the transactions may stand for the line: 422 `validation` for one that is unknown, named twice or moved
 * nothing here, conflict `already-matched`, 422 `amounts-differ`.
 */
export function assertMatchable(
  line: BankLine,
  isMatched: boolean,
  transactionIds: readonly string[],
  movements: readonly Movement[],
): void {
  if (isMatched) throw alreadyMatched({ bankLineId: line.id });
  const byId = new Map(movements.map((movement) => [movement.transactionId, movement]));
  let sum = 0;
  for (const [index, id] of transactionIds.entries()) {
    const pointer = `/transactionIds/${index}`;
    if (transactionIds.indexOf(id) !== index) throw invalidField(pointer, 'is named twice');
    const movement = byId.get(id);
    if (movement === undefined) throw invalidField(pointer, 'is no transaction');
    if (movement.delta === 0) throw invalidField(pointer, 'moved nothing in this real account');
    if (movement.matched) throw alreadyMatched({ transactionId: id });
    sum += movement.delta;
  }
  if (sum !== line.amount) {
    if (!Number.isSafeInteger(sum))
      throw invalidField('/transactionIds', 'add up to more than can be counted');
    throw amountsDiffer(money(line.amount, line.currency), money(sum, line.currency));
  }
}

export const removeMatch = (match: Match, now: Date, removedBy: string | null): Match => ({
  ...match,
  // Clocks of several processes differ.
  removedAt: now > match.matchedAt ? now : match.matchedAt,
  removedBy,
});
