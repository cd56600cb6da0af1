import { DomainError } from '../../kernel/errors.js';
import { money, type Money } from '../../kernel/money.js';

/** The source has too little money. `available` is the balance less floor and holds. */
export const insufficientFunds = (
  place: Readonly<{ accountId: string; realAccountId: string; available: Money; required: Money }>,
): DomainError =>
  new DomainError('invalid', 'insufficient-funds', 'The source has too little money.', { ...place });

export const currencyMismatch = (pointer: string, expected: string, given: string): DomainError =>
  new DomainError('invalid', 'currency-mismatch', `The currency must be ${expected}, not ${given}.`, {
    errors: [{ pointer, detail: `must be in ${expected}` }],
  });

export const sameAmount = (): DomainError =>
  new DomainError('invalid', 'same-amount', 'The source and the target are the same amount.');

/** `firstOpenDay` is the first day, `yyyy-mm-dd` in the practice's zone, that can still be posted to. */
export const periodClosed = (firstOpenDay: string): DomainError =>
  new DomainError('conflict', 'period-closed', `The books are closed before ${firstOpenDay}.`, {
    firstOpenDay,
  });

export const periodNotOver = (period: string): DomainError =>
  new DomainError('conflict', 'period-not-over', `${period} is not over yet.`, { period });

export const earlierPeriodOpen = (period: string): DomainError =>
  new DomainError('conflict', 'earlier-period-open', `${period} has transactions and must be closed first.`, {
    period,
  });

export const accountArchived = (accountId: string): DomainError =>
  new DomainError('conflict', 'account-archived', 'The account is archived and accepts no postings.', {
    accountId,
  });

/** Payments and refunds alone post to the account. */
export const ownedAccount = (accountId: string): DomainError =>
  new DomainError(
    'conflict',
    'owned-account',
    'Orders and appointments alone post to this account. Use an income account of your own.',
    { accountId },
  );

/** The transaction belongs to an object of another context, which alone changes it. */
export const ownedByOrigin = (origin: Readonly<{ type: string; id: string; event: string }>): DomainError =>
  new DomainError(
    'conflict',
    'owned-by-origin',
    `This transaction belongs to the ${origin.type} that caused it. Change it there.`,
    { origin },
  );

export const accountInUse = (why: string): DomainError => new DomainError('conflict', 'account-in-use', why);

export const balanceNotZero = (): DomainError =>
  new DomainError('conflict', 'balance-not-zero', 'Only an account without money and holds can be archived.');

/** The balance less holds is below the requested floor. */
export const belowFloor = (): DomainError =>
  new DomainError(
    'conflict',
    'below-floor',
    'The balance of the account less its holds is below the new floor.',
  );

export const alreadyReversed = (): DomainError =>
  new DomainError('conflict', 'already-reversed', 'This transaction has been reversed.');

export const alreadyRefunded = (): DomainError =>
  new DomainError(
    'conflict',
    'already-refunded',
    'Parts of this transaction have been refunded; refund the rest.',
  );

/** `refundable` is the amount not refunded yet, in minor units of `currency`. */
export const refundExceedsOriginal = (refundable: number, currency: string): DomainError =>
  new DomainError('conflict', 'refund-exceeds-original', 'Refunds cannot exceed the original.', {
    refundable: money(refundable, currency),
  });

export const holdNotOpen = (status: string): DomainError =>
  new DomainError('conflict', 'hold-not-open', `The hold is ${status}.`, { holdStatus: status });

/** A transaction with the same origin but other contents exists. */
export const originConflict = (): DomainError =>
  new DomainError('conflict', 'origin-conflict', 'This event has been posted with different contents.');

/** The file is no statement; nothing was stored. `line` counts from 1, if it is known. */
export const invalidFile = (why: string, line?: number): DomainError =>
  new DomainError('invalid', 'invalid-file', why, line === undefined ? {} : { line });

/** The sum of the transactions differs from the amount of the bank line. */
export const amountsDiffer = (line: Money, transactions: Money): DomainError =>
  new DomainError('invalid', 'amounts-differ', 'The transactions do not add up to the bank line.', {
    line,
    transactions,
  });

/** `taken` names the bank line or the transaction that is matched already. */
export const alreadyMatched = (
  taken: Readonly<{ bankLineId: string }> | Readonly<{ transactionId: string }>,
): DomainError =>
  new DomainError(
    'conflict',
    'already-matched',
    'bankLineId' in taken ? 'The bank line is matched.' : 'A transaction is matched to another bank line.',
    taken,
  );

/** `difference` is the closing balance less the balance in the books. */
export const differenceNotZero = (difference: Money, inBooks: Money): DomainError =>
  new DomainError('conflict', 'difference-not-zero', 'The books do not agree with the closing balance.', {
    difference,
    inBooks,
  });

export const bankLinesUnmatched = (unmatched: number): DomainError =>
  new DomainError(
    'conflict',
    'bank-lines-unmatched',
    `Bank lines up to that day are not matched: ${unmatched}.`,
    { unmatched },
  );

export type NotReady = Readonly<{
  code: 'bank-lines-unmatched' | 'holds-open' | 'not-reconciled';
  detail: string;
}>;

/** `reasons` lists the conditions for closing the month that are not met. */
export const periodNotReady = (reasons: readonly NotReady[]): DomainError =>
  new DomainError('conflict', 'period-not-ready', 'The month does not meet the conditions for closing.', {
    reasons,
  });

/** `closedThrough` is the month that can be reopened, null for none. */
export const periodNotLastClosed = (closedThrough: string | null): DomainError =>
  new DomainError('conflict', 'period-not-last-closed', 'Only the last closed month can be reopened.', {
    closedThrough,
  });

/** The sum is beyond 2^53−1 minor units, although each posting is not. */
export const sumTooLarge = (): DomainError =>
  new DomainError('conflict', 'sum-too-large', 'The postings add up to more than 2^53−1 minor units.');
