import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import { isHot, newAccount } from '../../src/cash/domain/account.js';
import {
  assertInUse,
  availableOf,
  countable,
  deposit,
  release,
  reserve,
  restoreAmount,
  withdraw,
  type Amount,
} from '../../src/cash/domain/amount.js';
import { captureHold, expireHold, newHold, restoreHold, statusAt } from '../../src/cash/domain/hold.js';
import { isIban } from '../../src/cash/domain/iban.js';
import { isPeriod, nextPeriod } from '../../src/cash/domain/period.js';
import {
  assertRefundable,
  assertReversible,
  balanceAfterOf,
  parseDescription,
} from '../../src/cash/domain/transaction.js';
import { DomainError } from '../../src/kernel/errors.js';

const NOW = new Date('2026-11-21T09:00:00.000Z');
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};
const anAmount = (changes: Partial<Amount> = {}): Amount =>
  restoreAmount({
    id: 'a',
    accountId: 'e',
    realAccountId: 'r',
    currency: 'EUR',
    amount: 100,
    held: 30,
    floor: 0,
    version: 4,
    hot: false,
    frozen: false,
    closedUntil: null,
    ...changes,
  });

describe('an amount', () => {
  it('allows withdrawals down to the floor, less open holds', () => {
    expect(availableOf(anAmount())).to.equal(70);
    expect(availableOf(anAmount({ floor: -50 }))).to.equal(120);
    expect(availableOf(anAmount({ floor: 20 }))).to.equal(50);
    expect(withdraw(anAmount(), 70)).to.include({ amount: 30, held: 30, version: 5 });
    expect(codeOf(() => withdraw(anAmount(), 71))).to.equal('insufficient-funds');
    expect(withdraw(anAmount({ floor: null }), 1_000)).to.include({ amount: -900 });
  });
  it('reports the available and the required money when it has too little', () => {
    try {
      withdraw(anAmount(), 71);
      expect.fail('it had enough');
    } catch (error) {
      expect((error as DomainError).details).to.deep.include({
        available: { amount: 70, currency: 'EUR' },
        required: { amount: 71, currency: 'EUR' },
      });
    }
  });
  it('reserves and releases without counting a posting', () => {
    expect(reserve(anAmount(), 70)).to.include({ amount: 100, held: 100, version: 4 });
    expect(codeOf(() => reserve(anAmount(), 71))).to.equal('insufficient-funds');
    expect(release(anAmount(), 30)).to.include({ amount: 100, held: 0 });
    expect(() => release(anAmount(), 31)).to.throw('corrupt');
  });
  it('does not change when it is hot', () => {
    const hot = anAmount({ hot: true, floor: null, held: 0 });
    expect(deposit(hot, 5)).to.equal(hot);
    expect(withdraw(hot, 5_000)).to.equal(hot);
  });
  it('rejects a balance beyond 2^53−1', () => {
    const full = anAmount({ amount: Number.MAX_SAFE_INTEGER, held: 0 });
    expect(codeOf(() => deposit(full, 1))).to.equal('validation');
  });
  it('is not restored from a row that violates a rule', () => {
    for (const changes of [{ amount: 1.5 }, { held: -1 }, { held: 101 }, { version: -1 }, { hot: true }])
      expect(() => anAmount(changes)).to.throw('corrupt');
  });
});

describe('an account', () => {
  const account = (type: 'asset' | 'income' | 'expense' | 'equity', floor?: number | null) =>
    newAccount({ id: 'e', name: 'E', realAccountId: 'r', type, currency: 'EUR', floor }, NOW);
  it('has a default floor of zero as an asset, and none as another type', () => {
    expect(account('asset').floor).to.equal(0);
    for (const type of ['income', 'expense', 'equity'] as const) expect(account(type).floor).to.equal(null);
    expect(account('asset', null).floor).to.equal(null);
  });
  it('is hot when it is unbounded income or expense', () => {
    expect([isHot(account('income')), isHot(account('expense'))]).to.deep.equal([true, true]);
    expect([
      isHot(account('equity')),
      isHot(account('asset', null)),
      isHot(account('income', 0)),
    ]).to.deep.equal([false, false, false]);
  });
});

describe('a hold', () => {
  const side = { amountId: 'a', accountId: 'e', realAccountId: 'r' };
  const hold = (expiresAt?: Date) =>
    newHold(
      { id: 'h', source: side, target: side, amount: 10, currency: 'EUR', expiresAt, createdBy: null },
      NOW,
    );
  it('is expired from its expiry on, even before the job has released it', () => {
    const open = hold(plus(NOW, DAY));
    expect(statusAt(open, plus(NOW, DAY - 1))).to.equal('open');
    expect(statusAt(open, plus(NOW, DAY))).to.equal('expired');
    expect(expireHold(open)).to.deep.include({ status: 'expired', closedAt: plus(NOW, DAY) });
    const captured = captureHold(open, { amount: 4, transactionId: 't' }, NOW);
    expect(statusAt(captured, plus(NOW, 2 * DAY))).to.equal('captured');
  });
  it('lasts a week by default and at most a year', () => {
    expect(hold().expiresAt).to.deep.equal(plus(NOW, 7 * DAY));
    expect(codeOf(() => hold(NOW))).to.equal('validation');
    expect(codeOf(() => hold(plus(NOW, 367 * DAY)))).to.equal('validation');
  });
  it('is not restored from a row that violates a rule', () => {
    for (const changes of [{ amount: 0 }, { status: 'voided' as const }, { captured: 5 }, { closedAt: NOW }])
      expect(() => restoreHold({ ...hold(), ...changes })).to.throw('corrupt');
    const captured = captureHold(hold(), { amount: 10, transactionId: 't' }, NOW);
    for (const changes of [
      { captured: 0 },
      { captured: 11 },
      { captured: null },
      { transactionId: null },
      { captured: null, transactionId: null },
      { status: 'voided' as const },
    ])
      expect(() => restoreHold({ ...captured, ...changes }), JSON.stringify(changes)).to.throw('corrupt');
  });
  it('has an amount of at least one and is captured for at least one', () => {
    const least = captureHold(restoreHold({ ...hold(), amount: 1 }), { amount: 1, transactionId: 't' }, NOW);
    expect(least).to.include({ amount: 1, captured: 1 });
  });
});

describe('reversing and refunding a transaction', () => {
  const original = { amount: 100, currency: 'EUR' } as Parameters<typeof assertRefundable>[0];
  it('is possible once in full, or in parts up to the amount', () => {
    const untouched = { reversed: false, refunded: 0 };
    expect(codeOf(() => assertReversible(untouched))).to.equal('ok');
    expect(codeOf(() => assertReversible({ reversed: true, refunded: 0 }))).to.equal('already-reversed');
    expect(codeOf(() => assertReversible({ reversed: false, refunded: 1 }))).to.equal('already-refunded');
    expect(codeOf(() => assertRefundable(original, untouched, 100))).to.equal('ok');
    expect(codeOf(() => assertRefundable(original, untouched, 101))).to.equal('refund-exceeds-original');
    const partly = { reversed: false, refunded: 60 };
    expect(codeOf(() => assertRefundable(original, partly, 40))).to.equal('ok');
    expect(codeOf(() => assertRefundable(original, partly, 41))).to.equal('refund-exceeds-original');
    expect(codeOf(() => assertRefundable(original, { reversed: true, refunded: 0 }, 1))).to.equal(
      'already-reversed',
    );
  });
});

describe('parsing', () => {
  it('accepts months as yyyy-mm only', () => {
    expect([nextPeriod('2026-01'), nextPeriod('2026-12'), nextPeriod('1999-12')]).to.deep.equal([
      '2026-02',
      '2027-01',
      '2000-01',
    ]);
    for (const text of ['1999-12', '2026-01', '2026-10']) expect(isPeriod(text), text).to.equal(true);
    for (const text of ['2026-00', '2026-13', '26-01', '2026-1', '0026-01', '12026-01', '2026-011'])
      expect(isPeriod(text), text).to.equal(false);
  });
  it('accepts IBANs with correct check digits only', () => {
    for (const iban of ['DE89370400440532013000', 'GB82WEST12345698765432', 'NO9386011117947'])
      expect(isIban(iban)).to.equal(true);
    for (const iban of ['DE89370400440532013001', 'de89370400440532013000', 'DE8937040044053201300O', 'DE'])
      expect(isIban(iban)).to.equal(false);
  });
  it('trims descriptions and limits their length', () => {
    expect([parseDescription('  x '), parseDescription('  '), parseDescription(undefined)]).to.deep.equal([
      'x',
      null,
      null,
    ]);
    expect(parseDescription('🦷'.repeat(500))).to.have.length(1_000);
    expect(codeOf(() => parseDescription('x'.repeat(501)))).to.equal('validation');
  });
});

describe('amounts from the database', () => {
  const beyond = Number.MAX_SAFE_INTEGER + 1;

  it('are rejected when they are not safe integers', () => {
    expect(anAmount({ version: 0 })).to.include({ version: 0 });
    for (const corrupt of [{ amount: beyond }, { held: beyond, floor: null }, { held: -1 }, { version: -1 }])
      expect(() => anAmount(corrupt), JSON.stringify(corrupt)).to.throw('corrupt amount a');
  });

  it('are added up exactly, or rejected', () => {
    expect(countable(Number.MAX_SAFE_INTEGER)).to.equal(Number.MAX_SAFE_INTEGER);
    for (const sum of [beyond, -beyond]) expect(codeOf(() => countable(sum))).to.equal('sum-too-large');
  });

  it('have a version and a balance after a posting, unless they are hot', () => {
    expect(balanceAfterOf(anAmount())).to.deep.equal({ version: 4, amountAfter: 100 });
    expect(balanceAfterOf(anAmount({ hot: true, floor: null }))).to.equal(null);
  });

  it('of archived accounts accept no postings', () => {
    expect(codeOf(() => assertInUse(anAmount({ frozen: true })))).to.equal('account-archived');
    expect(codeOf(() => assertInUse(anAmount()))).to.equal('ok');
  });
});
