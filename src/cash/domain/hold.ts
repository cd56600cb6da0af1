import { DAY, plus } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import { holdNotOpen } from './errors.js';
import type { Side } from './transaction.js';

export const HOLD_STATUSES = ['open', 'captured', 'voided', 'expired'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

const DEFAULT_LIFE_MS = 7 * DAY;
const LONGEST_LIFE_MS = 366 * DAY;

declare const brand: unique symbol;
type State = {
  id: string;
  source: Side;
  target: Side;
  /** Reserved on the source; minor units, at least 1. */
  amount: number;
  currency: string;
  status: HoldStatus;
  /** From this instant on the hold has expired, even before a job has released it. */
  expiresAt: Date;
  /** The amount posted by the capture; the rest was released. */
  captured: number | null;
  transactionId: string | null;
  createdAt: Date;
  closedAt: Date | null;
  createdBy: string | null;
};
/** Money reserved for a payment that is not certain yet. */
export type Hold = Readonly<State> & { readonly [brand]: 'Hold' };

/** Builds a hold from stored values; throws a plain Error when they break an invariant. */
export function restoreHold(state: State): Hold {
  const { id, source, target, amount, currency, status, expiresAt, captured, transactionId } = state;
  const { createdAt, closedAt, createdBy } = state;
  const sound =
    Number.isSafeInteger(amount) &&
    amount >= 1 &&
    HOLD_STATUSES.includes(status) &&
    (status === 'open') === (closedAt === null) &&
    (status === 'captured') === (captured !== null) &&
    (captured === null) === (transactionId === null) &&
    (captured === null || (captured >= 1 && captured <= amount));
  if (!sound) throw new Error(`corrupt hold ${id}`);
  return Object.freeze({
    id,
    source,
    target,
    amount,
    currency,
    status,
    expiresAt,
    captured,
    transactionId,
    createdAt,
    closedAt,
    createdBy,
  }) as Hold;
}

/** Lasts seven days unless `expiresAt` says otherwise: in the future, within a year, else 422 `validation`. */
export function newHold(
  hold: Readonly<{
    id: string;
    source: Side;
    target: Side;
    amount: number;
    currency: string;
    expiresAt?: Date | undefined;
    createdBy: string | null;
  }>,
  now: Date,
): Hold {
  const expiresAt = hold.expiresAt ?? plus(now, DEFAULT_LIFE_MS);
  if (expiresAt <= now || expiresAt > plus(now, LONGEST_LIFE_MS))
    throw invalidField('/expiresAt', 'must be in the future and within a year');
  return restoreHold({
    ...hold,
    expiresAt,
    status: 'open',
    captured: null,
    transactionId: null,
    createdAt: now,
    closedAt: null,
  });
}

/** The status at `now`: an open hold past `expiresAt` has expired, even before a job has released it. */
export const statusAt = ({ status, expiresAt }: Hold, now: Date): HoldStatus =>
  status === 'open' && expiresAt <= now ? 'expired' : status;

/** 409 `hold-not-open`. */
export function assertOpen(hold: Hold, now: Date): void {
  const status = statusAt(hold, now);
  if (status !== 'open') throw holdNotOpen(status);
}

/** 422 `validation` unless it is from 1 to the amount of the hold. */
export function assertCapturable(hold: Hold, amountMinor: number): void {
  if (amountMinor > hold.amount) throw invalidField('/amount', 'is more than what is held');
}

export const captureHold = (
  hold: Hold,
  capture: Readonly<{ amount: number; transactionId: string }>,
  now: Date,
): Hold =>
  restoreHold({
    ...hold,
    status: 'captured',
    captured: capture.amount,
    transactionId: capture.transactionId,
    closedAt: now,
  });

export const voidHold = (hold: Hold, now: Date): Hold =>
  restoreHold({ ...hold, status: 'voided', closedAt: now });

/** `closedAt` is `expiresAt`, not the time at which a job noticed the expiry. */
export const expireHold = (hold: Hold): Hold =>
  restoreHold({ ...hold, status: 'expired', closedAt: hold.expiresAt });
