import { holdsCardNumber } from '../../kernel/card-number.js';
import { invalidField } from '../../kernel/errors.js';
import { money } from '../../kernel/money.js';
import { discountExhausted, discountInactive, discountMinimum } from './errors.js';
import type { Reduction } from './pricing.js';
import { MAX_PRICE } from './product.js';

export const DISCOUNT_KINDS = ['percent', 'fixed'] as const;
const CODE = /^[A-Z0-9_-]{2,40}$/;
const MAX_USES = 1_000_000_000;

declare const brand: unique symbol;
type State = {
  id: string;
  /** Canonical: upper case. Unique. */
  code: string;
  reduction: Reduction;
  /** Minor units; 0: no minimum. */
  minSubtotal: number;
  /** Valid from this instant on; null: no start. */
  startsAt: Date | null;
  /** Valid before this instant; null: no end. */
  endsAt: Date | null;
  maxUses: number | null;
  maxUsesPerUser: number | null;
  isActive: boolean;
  /** Orders with the discount that are not cancelled. `take` and `release` of the repository count them, not `save`. */
  used: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type Discount = Readonly<State> & { readonly [brand]: 'Discount' };

/** Codes are compared without regard to case. */
export const canonicalCode = (code: string): string => code.trim().toUpperCase();

const isCount = (count: number | null): boolean =>
  count === null || (Number.isSafeInteger(count) && count >= 1 && count <= MAX_USES);
const isAmount = (amount: number, least: number): boolean =>
  Number.isSafeInteger(amount) && amount >= least && amount <= MAX_PRICE;
const isReduction = (reduction: Reduction): boolean =>
  reduction.kind === 'fixed'
    ? isAmount(reduction.amount, 1)
    : Number.isSafeInteger(reduction.basisPoints) &&
      reduction.basisPoints >= 1 &&
      reduction.basisPoints <= 10_000;
const endsAfterStart = (startsAt: Date | null, endsAt: Date | null): boolean =>
  startsAt === null || endsAt === null || endsAt > startsAt;

export function restoreDiscount(state: State): Discount {
  const isSound =
    CODE.test(state.code) &&
    isReduction(state.reduction) &&
    isAmount(state.minSubtotal, 0) &&
    endsAfterStart(state.startsAt, state.endsAt) &&
    isCount(state.maxUses) &&
    isCount(state.maxUsesPerUser) &&
    Number.isSafeInteger(state.used) &&
    state.used >= 0 &&
    (state.maxUses === null || state.used <= state.maxUses);
  if (!isSound) throw new Error(`corrupt discount ${state.id}`);
  return Object.freeze({
    id: state.id,
    code: state.code,
    reduction: Object.freeze({ ...state.reduction }),
    minSubtotal: state.minSubtotal,
    startsAt: state.startsAt,
    endsAt: state.endsAt,
    maxUses: state.maxUses,
    maxUsesPerUser: state.maxUsesPerUser,
    isActive: state.isActive,
    used: state.used,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    version: state.version,
  }) as Discount;
}

export type DiscountFields = Readonly<
  Pick<
    State,
    'code' | 'reduction' | 'minSubtotal' | 'startsAt' | 'endsAt' | 'maxUses' | 'maxUsesPerUser' | 'isActive'
  >
>;

/**
 * 422 `validation` for a code that looks like a card number: no order could use it, because such a body is refused.
 */
function assertNotCardNumber(code: string): void {
  if (holdsCardNumber(code)) throw invalidField('/code', 'must not look like a card number');
}

/** 422 `validation`. */
function parseFields(fields: DiscountFields, used: number): DiscountFields {
  const code = canonicalCode(fields.code);
  if (!CODE.test(code))
    throw invalidField('/code', 'must be 2 to 40 letters, digits, hyphens or underscores');
  if (!isReduction(fields.reduction))
    throw fields.reduction.kind === 'percent'
      ? invalidField('/basisPoints', 'must be a whole number from 1 to 10000')
      : invalidField('/amount/amount', `must be 1 to ${MAX_PRICE} minor units`);
  if (!isAmount(fields.minSubtotal, 0))
    throw invalidField('/minSubtotal/amount', `must be 0 to ${MAX_PRICE} minor units`);
  if (!endsAfterStart(fields.startsAt, fields.endsAt))
    throw invalidField('/endsAt', 'must be later than startsAt');
  if (!isCount(fields.maxUses)) throw invalidField('/maxUses', 'must be a whole number of at least 1');
  if (!isCount(fields.maxUsesPerUser))
    throw invalidField('/maxUsesPerUser', 'must be a whole number of at least 1');
  if (fields.maxUses !== null && fields.maxUses < used)
    throw invalidField('/maxUses', `must be at least ${used}: so often it has been used already`);
  return { ...fields, code };
}

export function newDiscount(id: string, fields: DiscountFields, now: Date): Discount {
  const parsed = parseFields(fields, 0);
  assertNotCardNumber(parsed.code);
  return restoreDiscount({ id, ...parsed, used: 0, createdAt: now, updatedAt: now, version: 1 });
}

export function changeDiscount(discount: Discount, changes: Partial<DiscountFields>, now: Date): Discount {
  if (changes.code !== undefined) assertNotCardNumber(changes.code);
  return restoreDiscount({
    ...discount,
    ...parseFields({ ...discount, ...changes }, discount.used),
    id: discount.id,
    used: discount.used,
    createdAt: discount.createdAt,
    updatedAt: now > discount.updatedAt ? now : discount.updatedAt,
    version: discount.version,
  });
}

export const nextDiscountVersion = (discount: Discount): Discount =>
  restoreDiscount({ ...discount, version: discount.version + 1 });

/** conflict `discount-inactive`. */
export function assertLive(discount: Discount, now: Date): void {
  const hasStarted = discount.startsAt === null || discount.startsAt <= now;
  const hasEnded = discount.endsAt !== null && discount.endsAt <= now;
  if (!discount.isActive || !hasStarted || hasEnded) throw discountInactive();
}

/** conflict `discount-exhausted`. `usedByUser` counts the buyer's orders with the discount that are not cancelled. */
export function assertUsesLeft(discount: Discount, usedByUser: number): void {
  const { maxUses, maxUsesPerUser, used } = discount;
  if (maxUses !== null && used >= maxUses) throw discountExhausted();
  if (maxUsesPerUser !== null && usedByUser >= maxUsesPerUser) throw discountExhausted();
}

/** conflict `discount-minimum`. `subtotal` in minor units of `currency`. */
export function assertLargeEnough(discount: Discount, subtotal: number, currency: string): void {
  if (subtotal < discount.minSubtotal)
    throw discountMinimum(money(discount.minSubtotal, currency), money(subtotal, currency));
}
