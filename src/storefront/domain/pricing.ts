/** The reduction of a discount: hundredths of a percent of the subtotal, or minor units. */
export type Reduction =
  Readonly<{ kind: 'percent'; basisPoints: number }> | Readonly<{ kind: 'fixed'; amount: number }>;

/** `unitPrice` in minor units, 0 or more; `quantity` in pieces, 1 or more. */
export type Item = Readonly<{ unitPrice: number; quantity: number }>;
/** `total` is the line's price after its share of the discount. Minor units. */
export type Priced<Line extends Item> = Line & Readonly<{ discount: number; total: number }>;
export type Prices<Line extends Item> = Readonly<{
  lines: readonly Priced<Line>[];
  subtotal: number;
  discount: number;
  total: number;
}>;

const WHOLE = 10_000n;

/** Rounds a percentage half up; a fixed amount is at most the subtotal. BigInt, because the product may exceed the safe integers. */
function reductionOf(subtotal: number, reduction: Reduction): number {
  if (reduction.kind === 'fixed') return Math.min(reduction.amount, subtotal);
  return Number((BigInt(subtotal) * BigInt(reduction.basisPoints) + WHOLE / 2n) / WHOLE);
}

/**
 * Shares `amount` in proportion to `weights` by largest remainder: each gets the integer part, and the units that are left
 * go to the largest remainders, the earlier first among equals. Σ shares = amount, and no share exceeds its weight as
 * long as `amount` is at most Σ weights.
 */
export function share(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const parts = weights.map((weight, index) => {
    const product = BigInt(amount) * BigInt(weight);
    return { index, share: Number(product / BigInt(sum)), remainder: Number(product % BigInt(sum)) };
  });
  const left = amount - parts.reduce((total, part) => total + part.share, 0);
  const roundedUp = new Set(
    [...parts]
      // Array.prototype.sort is stable (ECMA-262 §23.1.3.30).
      .sort((a, b) => b.remainder - a.remainder)
      .slice(0, left)
      .map(({ index }) => index),
  );
  return parts.map((part) => part.share + (roundedUp.has(part.index) ? 1 : 0));
}

/** Prices the lines, for quotes and for checkout. Σ line totals = total, Σ line discounts = discount. */
export function priceLines<Line extends Item>(
  lines: readonly Line[],
  reduction: Reduction | null,
): Prices<Line> {
  const amounts = lines.map(({ unitPrice, quantity }) => unitPrice * quantity);
  const subtotal = amounts.reduce((total, amount) => total + amount, 0);
  if (!Number.isSafeInteger(subtotal)) throw new RangeError('an order beyond the safe integers');
  const discount = reduction === null ? 0 : reductionOf(subtotal, reduction);
  const shares = share(discount, amounts);
  const priced = lines.map((line, index) => {
    const lineDiscount = shares[index] ?? 0;
    return { ...line, discount: lineDiscount, total: (amounts[index] ?? 0) - lineDiscount };
  });
  return { lines: priced, subtotal, discount, total: subtotal - discount };
}
