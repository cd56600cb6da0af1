import { invalidField } from '../../kernel/errors.js';
import { money } from '../../kernel/money.js';
import { accountArchived, insufficientFunds, sumTooLarge } from './errors.js';

declare const brand: unique symbol;
type State = {
  id: string;
  accountId: string;
  realAccountId: string;
  currency: string;
  /** The sum of all postings, of a hot amount only of those up to its checkpoint. Minor units. */
  amount: number;
  /** The sum of the open holds. Minor units, never negative. */
  held: number;
  /** The lowest value of `amount - held`; null is unbounded. */
  floor: number | null;
  /** The number of its postings; not maintained for a hot amount. */
  version: number;
  /** Postings do not update it; its balance is summed (`isHot` in account.ts). */
  hot: boolean;
  /** Its account or its real account is archived. */
  frozen: boolean;
  /** No posting may take effect before this instant; null when no month of the real account is closed. */
  closedUntil: Date | null;
};
/** The money of one account in one real account. Transactions move money between amounts and lock them. */
export type Amount = Readonly<State> & { readonly [brand]: 'Amount' };

/** Builds an amount from stored values; throws a plain Error when they break an invariant. */
export function restoreAmount(state: State): Amount {
  const { id, accountId, realAccountId, currency, amount, held, floor, version, hot, frozen, closedUntil } =
    state;
  const sound =
    Number.isSafeInteger(amount) &&
    Number.isSafeInteger(held) &&
    held >= 0 &&
    (floor === null || amount - held >= floor) &&
    Number.isSafeInteger(version) &&
    version >= 0 &&
    !(hot && floor !== null);
  if (!sound) throw new Error(`corrupt amount ${id}`);
  return Object.freeze({
    id,
    accountId,
    realAccountId,
    currency,
    amount,
    held,
    floor,
    version,
    hot,
    frozen,
    closedUntil,
  }) as Amount;
}

/** Returns the sum; 409 `sum-too-large` beyond 2^53−1, because money must not be rounded. */
export function countable(sumMinor: number): number {
  if (!Number.isSafeInteger(sumMinor)) throw sumTooLarge();
  return sumMinor;
}

/** The amount available to withdraw: the balance less holds and floor, if there is a floor. */
export const availableOf = ({ amount, held, floor }: Pick<Amount, 'amount' | 'held' | 'floor'>): number =>
  amount - held - (floor ?? 0);

function assertCovered(from: Amount, requiredMinor: number): void {
  if (from.floor === null || requiredMinor <= availableOf(from)) return;
  throw insufficientFunds({
    accountId: from.accountId,
    realAccountId: from.realAccountId,
    available: money(Math.max(0, availableOf(from)), from.currency),
    required: money(requiredMinor, from.currency),
  });
}

/** Beyond 2^53-1 sums would no longer be exact. */
function exact(sum: number): number {
  if (!Number.isSafeInteger(sum))
    throw invalidField('/amount', 'would leave more than can be counted exactly');
  return sum;
}

const posted = (amount: Amount, deltaMinor: number): Amount =>
  amount.hot
    ? amount
    : restoreAmount({ ...amount, amount: exact(amount.amount + deltaMinor), version: amount.version + 1 });

export function assertInUse(amount: Amount): void {
  if (amount.frozen) throw accountArchived(amount.accountId);
}

/** 422 `insufficient-funds` when the balance would fall below the floor and the holds. */
export function withdraw(from: Amount, amountMinor: number): Amount {
  assertCovered(from, amountMinor);
  return posted(from, -amountMinor);
}

export const deposit = (to: Amount, amountMinor: number): Amount => posted(to, amountMinor);

/** Adds `amountMinor` to the holds; 422 `insufficient-funds`. */
export function reserve(from: Amount, amountMinor: number): Amount {
  assertCovered(from, amountMinor);
  return restoreAmount({ ...from, held: exact(from.held + amountMinor) });
}

/** Subtracts `amountMinor` from the holds. */
export const release = (from: Amount, amountMinor: number): Amount =>
  restoreAmount({ ...from, held: from.held - amountMinor });
