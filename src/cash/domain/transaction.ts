import { invalidField } from '../../kernel/errors.js';
import type { Amount } from './amount.js';
import { alreadyRefunded, alreadyReversed, refundExceedsOriginal } from './errors.js';

/** What a transaction settles: one event (`payment:<id>`) of one thing (an order) of another context. Unique as a whole. */
export type Origin = Readonly<{ type: string; id: string; event: string }>;

/** One end of a transaction: an amount, by its own id and by what it is the money of and in. */
export type Side = Readonly<{ amountId: string; accountId: string; realAccountId: string }>;

/**
 * Money that moved from one amount to another. It has two postings, -amount and +amount, and is never changed:
 * what was wrong is reversed.
 */
export type Transaction = Readonly<{
  id: string;
  source: Side;
  target: Side;
  /** At least 1, minor units. */
  amount: number;
  currency: string;
  description: string | null;
  /** When it happened. */
  effectiveAt: Date;
  /** When it was entered. */
  postedAt: Date;
  reversalOf: string | null;
  refundOf: string | null;
  origin: Origin | null;
  batchId: string | null;
  /** Who paid, or was paid back, where that is one of the users: an id, for names are not the books' to keep. */
  payerId: string | null;
  createdBy: string | null;
}>;

/** `number` counts upwards in the order of posting, with gaps where a posting was undone before its commit. */
export type PostedTransaction = Transaction & Readonly<{ number: number }>;

/** Where one posting leaves its amount; null for a hot one, which keeps no count. */
export type BalanceAfter = Readonly<{ version: number; amountAfter: number }> | null;

export const sideOf = ({ id, accountId, realAccountId }: Amount): Side => ({
  amountId: id,
  accountId,
  realAccountId,
});

export const balanceAfterOf = ({ hot, version, amount }: Amount): BalanceAfter =>
  hot ? null : { version, amountAfter: amount };

const MAX_DESCRIPTION = 500;

/** Trimmed, null when nothing is left; 422 `validation` when it is too long. */
export function parseDescription(text: string | null | undefined, pointer = '/description'): string | null {
  const description = text?.trim() ?? '';
  if (Array.from(description).length > MAX_DESCRIPTION)
    throw invalidField(pointer, `has at most ${MAX_DESCRIPTION} characters`);
  return description === '' ? null : description;
}

/** What became of a transaction since. `refunded` in minor units. */
export type ReversalStatus = Readonly<{ reversed: boolean; refunded: number }>;

/** A transaction is reversed once, in full, and not after a part of it was refunded. */
export function assertReversible({ reversed, refunded }: ReversalStatus): void {
  if (reversed) throw alreadyReversed();
  if (refunded > 0) throw alreadyRefunded();
}

/** Refunds together never exceed the original, and nothing is left to refund of what was reversed. */
export function assertRefundable(
  original: Transaction,
  { reversed, refunded }: ReversalStatus,
  amountMinor: number,
): void {
  if (reversed) throw alreadyReversed();
  if (amountMinor > original.amount - refunded)
    throw refundExceedsOriginal(original.amount - refunded, original.currency);
}

/** Whether two postings of one event say the same, so that the second is a retry of the first. */
export const isSamePosting = (
  posted: Transaction,
  again: Readonly<{ sourceAccountId: string; targetAccountId: string; amount: number; currency: string }>,
): boolean =>
  posted.source.accountId === again.sourceAccountId &&
  posted.target.accountId === again.targetAccountId &&
  posted.amount === again.amount &&
  posted.currency === again.currency;
