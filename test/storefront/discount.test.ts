import { expect } from 'chai';
import { DomainError } from '../../src/kernel/errors.js';
import { plus } from '../../src/kernel/clock.js';
import {
  assertLargeEnough,
  assertLive,
  assertUsesLeft,
  changeDiscount,
  newDiscount,
} from '../../src/storefront/domain/discount.js';
import { pointersOf } from '../support/expect-code.js';
import { aDiscount, T0 } from '../support/builders/storefront.js';

const FIELDS = {
  code: ' autumn10 ',
  reduction: { kind: 'percent', basisPoints: 1000 },
  minSubtotal: 0,
  startsAt: null,
  endsAt: null,
  maxUses: null,
  maxUsesPerUser: null,
  isActive: true,
} as const;

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return [error.code, ...pointersOf(error)].join(' ');
    throw error;
  }
  return 'fine';
};

describe('a discount', () => {
  it('compares codes without regard to case', () => {
    expect(newDiscount('1', FIELDS, T0).code).to.equal('AUTUMN10');
  });

  it('refuses invalid values with the pointer of their field', () => {
    const made = (changes: object) => codeOf(() => newDiscount('1', { ...FIELDS, ...changes }, T0));
    expect(made({ code: 'zwei worte' })).to.equal('validation /code');
    expect(made({ code: '4242-4242-4242-4242' })).to.equal('validation /code');
    expect(made({ code: '4242-4242-4242-4243' })).to.equal('fine');
    expect(made({ reduction: { kind: 'percent', basisPoints: 10_001 } })).to.equal('validation /basisPoints');
    expect(made({ reduction: { kind: 'fixed', amount: 0 } })).to.equal('validation /amount/amount');
    expect(made({ startsAt: T0, endsAt: T0 })).to.equal('validation /endsAt');
    expect(made({ maxUses: 0 })).to.equal('validation /maxUses');
    expect(made({ maxUsesPerUser: 1.5 })).to.equal('validation /maxUsesPerUser');
    expect(codeOf(() => changeDiscount(aDiscount({ used: 3 }), { maxUses: 2 }, T0))).to.equal(
      'validation /maxUses',
    );
  });

  it('is valid from its start until before its end while it is active', () => {
    const over = (changes: object, now = T0) => codeOf(() => assertLive(aDiscount(changes), now));
    expect(over({})).to.equal('fine');
    expect(over({ isActive: false })).to.equal('discount-inactive');
    expect(over({ startsAt: T0 })).to.equal('fine');
    expect(over({ startsAt: T0 }, plus(T0, -1))).to.equal('discount-inactive');
    expect(over({ endsAt: T0 }, plus(T0, -1))).to.equal('fine');
    expect(over({ endsAt: T0 })).to.equal('discount-inactive');
  });

  it('enforces the total limit and the limit per buyer', () => {
    const uses = (changes: object, byUser = 0) => codeOf(() => assertUsesLeft(aDiscount(changes), byUser));
    expect(uses({ maxUses: 2, used: 1 })).to.equal('fine');
    expect(uses({ maxUses: 2, used: 2 })).to.equal('discount-exhausted');
    expect(uses({ maxUsesPerUser: 1 }, 1)).to.equal('discount-exhausted');
  });

  it('enforces the minimum subtotal', () => {
    const discount = aDiscount({ minSubtotal: 500 });
    expect(codeOf(() => assertLargeEnough(discount, 500, 'EUR'))).to.equal('fine');
    expect(codeOf(() => assertLargeEnough(discount, 499, 'EUR'))).to.equal('discount-minimum');
  });
});
