import { later } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import { money } from '../../kernel/money.js';
import type { BankLine } from './bank-line.js';
import { alreadyMatched, amountsDiffer } from './errors.js';

/** Assigns one or several transactions to a bank line. A removed match is kept as history. */
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

/** The effect of a transaction on one real account: `delta` in minor units, positive for money received. */
export type Movement = Readonly<{
  transactionId: string;
  delta: number;
  /** Whether a live match of this real account holds it. */
  matched: boolean;
}>;

export const MOST_TRANSACTIONS = 100;

/**
 * Asserts that the transactions can be matched with the line.
 * @throws DomainError invalid `validation` for a transaction that is unknown, named twice, or without effect on the real account;
 * invalid `amounts-differ`; conflict `already-matched`
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
  removedAt: later(match.matchedAt, now),
  removedBy,
});
