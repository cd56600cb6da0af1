import { expect } from 'chai';
import fc from 'fast-check';
import { priceLines, share, type Item, type Reduction } from '../../src/storefront/domain/pricing.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const items = fc.array(
  fc.record({
    unitPrice: fc.oneof(fc.nat(20), fc.nat(100_000), fc.nat(10_000_000_000)),
    quantity: fc.integer({ min: 1, max: 999 }),
  }),
  { minLength: 1, maxLength: 100 },
);
const reductions: fc.Arbitrary<Reduction> = fc.oneof(
  fc.record({ kind: fc.constant('percent' as const), basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ kind: fc.constant('fixed' as const), amount: fc.integer({ min: 1, max: 10_000_000_000 }) }),
);

/** The expected result of a percentage: rounded half up, in integers. */
const halfUp = (subtotal: number, basisPoints: number): number => {
  const exact = BigInt(subtotal) * BigInt(basisPoints);
  const whole = exact / 10_000n;
  return Number(exact % 10_000n >= 5_000n ? whole + 1n : whole);
};

describe('prices', () => {
  const property = (check: (lines: readonly Item[], reduction: Reduction) => void): void => {
    fc.assert(fc.property(items, reductions, check), { numRuns: 500 });
  };

  it('add up from non-negative integers', () => {
    property((lines, reduction) => {
      const prices = priceLines(lines, reduction);
      expect(prices.total).to.equal(prices.subtotal - prices.discount);
      expect(prices.subtotal).to.equal(sum(lines.map(({ unitPrice, quantity }) => unitPrice * quantity)));
      expect(prices.discount).to.equal(sum(prices.lines.map(({ discount }) => discount)));
      expect(prices.total).to.equal(sum(prices.lines.map(({ total }) => total)));
      for (const { unitPrice, quantity, discount, total } of prices.lines) {
        expect(Number.isSafeInteger(discount) && discount >= 0 && total >= 0).to.equal(true);
        expect(total).to.equal(unitPrice * quantity - discount);
      }
    });
  });

  it('subtract the discount, at most the subtotal', () => {
    property((lines, reduction) => {
      const { subtotal, discount } = priceLines(lines, reduction);
      expect(discount).to.equal(
        reduction.kind === 'fixed'
          ? Math.min(reduction.amount, subtotal)
          : halfUp(subtotal, reduction.basisPoints),
      );
    });
  });

  it('spread the discount over the lines to within one unit of each exact share', () => {
    property((lines, reduction) => {
      const { lines: priced, subtotal, discount } = priceLines(lines, reduction);
      for (const line of priced) {
        const weight = BigInt(line.unitPrice * line.quantity) * BigInt(discount);
        const [low, exact] = [BigInt(line.discount) * BigInt(subtotal), weight];
        const difference = low > exact ? low - exact : exact - low;
        expect(subtotal === 0 || difference < BigInt(subtotal)).to.equal(true);
      }
    });
  });

  it('depend only on their input', () => {
    property((lines, reduction) => {
      expect(priceLines(lines, reduction)).to.deep.equal(priceLines(structuredClone(lines), reduction));
    });
  });

  it('are the same without a discount and with a discount of zero', () => {
    const lines = [{ unitPrice: 3, quantity: 1 }];
    expect(priceLines(lines, { kind: 'percent', basisPoints: 1 })).to.deep.equal(priceLines(lines, null));
  });

  it('assign the remaining units to the largest remainders, the earlier line first', () => {
    expect(share(100, [1, 1, 1])).to.deep.equal([34, 33, 33]);
    expect(share(5, [3, 3, 1])).to.deep.equal([2, 2, 1]);
    expect(share(7, [0, 7, 0])).to.deep.equal([0, 7, 0]);
    expect(share(0, [0, 0])).to.deep.equal([0, 0]);
  });

  it('round half a unit up', () => {
    expect(priceLines([{ unitPrice: 5, quantity: 1 }], { kind: 'percent', basisPoints: 1000 })).to.include({
      discount: 1,
      total: 4,
    });
    expect(priceLines([{ unitPrice: 4, quantity: 1 }], { kind: 'percent', basisPoints: 1000 })).to.include({
      discount: 0,
    });
  });

  it('are refused beyond the safe integers', () => {
    const one = { unitPrice: Number.MAX_SAFE_INTEGER, quantity: 1 };
    expect(priceLines([one], null)).to.include({ total: Number.MAX_SAFE_INTEGER });
    expect(() => priceLines([one, { unitPrice: 1, quantity: 1 }], null)).to.throw(RangeError);
  });
});
