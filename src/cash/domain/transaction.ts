import { parseOptionalText } from '../../kernel/text.js';
import type { Amount } from './amount.js';
import { alreadyRefunded, alreadyReversed, ownedByOrigin, refundExceedsOriginal } from './errors.js';

/** The cause of a transaction in another context: one event (`payment:<id>`) of one object (an order). Unique as a triple. */
export type Origin = Readonly<{ type: string; id: string; event: string }>;

/** One side of a transaction: an amount, with its account and real account. */
export type Side = Readonly<{ amountId: string; accountId: string; realAccountId: string }>;

/**
 * A movement of money from one amount to another. It has two postings, -amount and +amount, and is never changed: a
 * wrong transaction is reversed.
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
  /** The id of the user who paid or was refunded, if known; the books store no names. */
  payerId: string | null;
  createdBy: string | null;
}>;

/** `number` increases in the order of posting, with gaps for postings that were rolled back. */
export type PostedTransaction = Transaction & Readonly<{ number: number }>;

/** The state of the amount after a posting; null for a hot amount. */
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
export const parseDescription = (text: string | null | undefined): string | null =>
  parseOptionalText(text, MAX_DESCRIPTION, '/description');

/** The later reversal and refunds of a transaction. `refunded` in minor units. */
export type ReversalStatus = Readonly<{ reversed: boolean; refunded: number }>;

/** Only the order or appointment that caused a transaction moves its money back. conflict `owned-by-origin`. */
export function assertNotOwnedByOrigin({ origin }: Transaction): void {
  if (origin !== null) throw ownedByOrigin(origin);
}

/** A transaction is reversed once, in full, and not after a part of it was refunded. */
export function assertReversible({ reversed, refunded }: ReversalStatus): void {
  if (reversed) throw alreadyReversed();
  if (refunded > 0) throw alreadyRefunded();
}

/** The sum of refunds never exceeds the original; a reversed transaction cannot be refunded. */
export function assertRefundable(
  original: Transaction,
  { reversed, refunded }: ReversalStatus,
  amountMinor: number,
): void {
  if (reversed) throw alreadyReversed();
  if (amountMinor > original.amount - refunded)
    throw refundExceedsOriginal(original.amount - refunded, original.currency);
}

/** Whether two postings of one event are equal, so that the second is a retry of the first. */
export const isSamePosting = (
  posted: Transaction,
  again: Readonly<{ sourceAccountId: string; targetAccountId: string; amount: number; currency: string }>,
): boolean =>
  posted.source.accountId === again.sourceAccountId &&
  posted.target.accountId === again.targetAccountId &&
  posted.amount === again.amount &&
  posted.currency === again.currency;
