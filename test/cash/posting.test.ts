import { expect } from 'chai';
import { DAY, MINUTE, plus } from '../../src/kernel/clock.js';
import type { TransactionRequest } from '../../src/cash/application/post-transaction.js';
import type { Hold } from '../../src/cash/application/ports.js';
import { pointersOf } from '../support/expect-code.js';
import { NOWHERE, CLERK, eur, seedAccounts, makeWorld, type Furniture, usd } from './world.js';

describe('posting', () => {
  let cash: ReturnType<typeof makeWorld>;
  let its: Furniture;
  beforeEach(async () => {
    cash = makeWorld();
    its = await seedAccounts(cash);
  });
  const post = (
    sourceAccountId: string,
    targetAccountId: string,
    amount: number,
    changes: Partial<TransactionRequest> = {},
  ) =>
    cash.postTransaction({
      ...{ sourceAccountId, targetAccountId, amount: eur(amount), createdBy: CLERK },
      ...changes,
    });
  const fund = (amount: number, accountId = its.unallocated) => post(its.origin, accountId, amount);
  const balanceOf = async (accountId: string): Promise<number> =>
    (await cash.viewAccount({ accountId })).balance;
  const amountsOf = async (accountId: string) =>
    (await cash.listAmounts({ filter: { accountId }, page: { limit: 50 } })).items;
  const heldOf = (accountId: string): number =>
    cash.tables
      .amountsOf({ accountId })
      .map(({ held }) => held)
      .reduce((sum, held) => sum + held, 0);
  const archive = (id: string) => cash.changeAccount({ id, expectedVersion: null, archived: true });
  const inDollars = async () => {
    const abroad = await cash.openRealAccount({ name: 'Abroad', kind: 'bank', currency: 'USD' });
    return { realAccountId: abroad.id, accountId: abroad.defaultAccountId };
  };
  const now = (): Date => cash.clock.now();

  describe('a transaction', () => {
    it('moves money from source to target, by default now', async () => {
      await fund(1_000);
      const posted = await post(its.unallocated, its.rent, 300, { description: '  November ' });
      expect(posted).to.deep.include({
        amount: 300,
        currency: 'EUR',
        description: 'November',
        effectiveAt: now(),
        postedAt: now(),
        reversalOf: null,
        refundOf: null,
        origin: null,
        batchId: null,
        payerId: null,
        createdBy: CLERK,
      });
      expect([await balanceOf(its.unallocated), await balanceOf(its.rent)]).to.deep.equal([700, 300]);
      expect((await amountsOf(its.unallocated))[0]?.version).to.equal(2);
    });

    it('rejects invalid fields and points to each of them', async () => {
      await fund(1_000);
      for (const [changes, pointer] of [
        [{ sourceAccountId: NOWHERE }, '/sourceAccountId'],
        [{ targetAccountId: NOWHERE }, '/targetAccountId'],
        [{ amount: eur(0) }, '/amount/amount'],
        [{ amount: eur(-1) }, '/amount/amount'],
        [{ description: 'x'.repeat(501) }, '/description'],
        [{ effectiveAt: plus(now(), 1) }, '/effectiveAt'],
        [{ sourceRealAccountId: NOWHERE }, '/sourceRealAccountId'],
        [{ targetRealAccountId: NOWHERE }, '/targetRealAccountId'],
        [{ targetAccountId: NOWHERE, targetRealAccountId: its.desk.id }, '/targetAccountId'],
      ] as const) {
        const error = await cash.refuses(() => post(its.unallocated, its.rent, 10, changes), 'validation');
        expect(pointersOf(error), JSON.stringify(changes)).to.deep.equal([pointer]);
      }
    });

    it('rejects accounts of different currencies', async () => {
      await fund(1_000);
      const abroad = await inDollars();
      for (const [changes, pointer] of [
        [{ amount: usd(10) }, '/amount/currency'],
        [{ targetAccountId: abroad.accountId }, '/amount/currency'],
        [{ sourceAccountId: abroad.accountId }, '/amount/currency'],
        [{ targetRealAccountId: abroad.realAccountId }, '/targetRealAccountId'],
        [{ sourceRealAccountId: abroad.realAccountId }, '/sourceRealAccountId'],
      ] as const) {
        const error = await cash.refuses(
          () => post(its.unallocated, its.rent, 10, changes),
          'currency-mismatch',
        );
        expect(pointersOf(error), JSON.stringify(changes)).to.deep.equal([pointer]);
      }
    });

    it('rejects the same amount as source and target', async () => {
      await fund(1_000);
      await cash.refuses(() => post(its.rent, its.rent, 10), 'same-amount');
      await cash.refuses(
        () => post(its.rent, its.rent, 10, { sourceRealAccountId: its.bank.id }),
        'same-amount',
      );
    });

    it('moves money of one envelope to another real account, and creates its amount there once', async () => {
      await fund(1_000, its.rent);
      for (const amount of [200, 50])
        await post(its.rent, its.rent, amount, { targetRealAccountId: its.desk.id });
      const there = (await amountsOf(its.rent)).map(({ realAccountId, amount }) => ({
        realAccountId,
        amount,
      }));
      expect(there).to.have.deep.members([
        { realAccountId: its.bank.id, amount: 750 },
        { realAccountId: its.desk.id, amount: 250 },
      ]);
      expect(await balanceOf(its.rent)).to.equal(1_000);
    });

    it('leaves no new amount behind when it is rejected', async () => {
      await cash.refuses(
        () => post(its.rent, its.unallocated, 10, { sourceRealAccountId: its.desk.id }),
        'insufficient-funds',
      );
      expect(await amountsOf(its.rent)).to.have.length(1);
    });

    it('creates no empty amount for an envelope whose floor is above zero', async () => {
      await fund(1_000, its.rent);
      await cash.changeAccount({ id: its.rent, expectedVersion: null, floor: eur(500) });
      await cash.refuses(
        () => post(its.origin, its.rent, 600, { targetRealAccountId: its.desk.id }),
        'below-floor',
      );
    });

    it('rejects archived accounts on both sides', async () => {
      await fund(1_000);
      await archive(its.rent);
      for (const [from, to] of [
        [its.unallocated, its.rent],
        [its.rent, its.unallocated],
      ] as const) {
        const error = await cash.refuses(() => post(from, to, 10), 'account-archived');
        expect(error.details).to.deep.equal({ accountId: its.rent });
      }
      await cash.changeRealAccount({ id: its.desk.id, expectedVersion: null, archived: true });
      await cash.refuses(() => post(its.unallocated, its.drawer, 10), 'account-archived');
      await cash.changeAccount({ id: its.rent, expectedVersion: null, archived: false });
      await post(its.unallocated, its.rent, 10);
    });
  });

  describe('a floor', () => {
    const short = async (from: string, amount: number): Promise<unknown> =>
      (await cash.refuses(() => post(from, its.expense, amount), 'insufficient-funds')).details;

    it('can be reached but not passed', async () => {
      await fund(1_000);
      expect(await short(its.unallocated, 1_001)).to.deep.equal({
        accountId: its.unallocated,
        realAccountId: its.bank.id,
        available: eur(1_000),
        required: eur(1_001),
      });
      await post(its.unallocated, its.expense, 1_000);
      expect(await short(its.unallocated, 1)).to.deep.include({ available: eur(0) });
    });

    it('may be positive, negative or absent', async () => {
      await fund(1_000, its.rent);
      await cash.changeAccount({ id: its.rent, expectedVersion: null, floor: eur(400) });
      expect(await short(its.rent, 601)).to.deep.include({ available: eur(600) });
      await cash.changeAccount({ id: its.rent, expectedVersion: null, floor: eur(-400) });
      expect(await short(its.rent, 1_401)).to.deep.include({ available: eur(1_400) });
      await cash.changeAccount({ id: its.rent, expectedVersion: null, floor: null });
      await post(its.rent, its.expense, 5_000);
      expect(await balanceOf(its.rent)).to.equal(-4_000);
    });

    it('counts held money as spent', async () => {
      await fund(1_000);
      await cash.placeHold({
        ...{ sourceAccountId: its.unallocated, targetAccountId: its.expense, amount: eur(300) },
        createdBy: null,
      });
      expect(await short(its.unallocated, 701)).to.deep.include({ available: eur(700) });
      await post(its.unallocated, its.expense, 700);
    });
  });

  describe('a batch', () => {
    const batch = (dryRun: boolean, ...orders: (readonly [string, string, number, object?])[]) =>
      cash.postBatch({
        transactions: orders.map(([sourceAccountId, targetAccountId, amount, changes = {}]) => ({
          ...{ sourceAccountId, targetAccountId, amount: eur(amount) },
          ...changes,
        })),
        dryRun,
        createdBy: CLERK,
      });

    it('posts each transaction on the balances that the ones before it leave', async () => {
      const { id, dryRun, transactions } = await batch(
        false,
        [its.origin, its.unallocated, 100],
        [its.unallocated, its.rent, 100, { description: ' all ' }],
        [its.rent, its.expense, 40],
      );
      expect(dryRun).to.equal(false);
      expect(
        transactions.map(({ batchId, description, createdBy }) => [batchId, description, createdBy]),
      ).to.deep.equal([
        [id, null, CLERK],
        [id, 'all', CLERK],
        [id, null, CLERK],
      ]);
      const [first, second, third] = transactions.map(({ number }) => number!);
      expect([second! - first!, third! - second!]).to.deep.equal([1, 1]);
      expect([await balanceOf(its.unallocated), await balanceOf(its.rent)]).to.deep.equal([0, 60]);
      expect(cash.tables.batches.all()).to.deep.equal([{ id, createdAt: now(), createdBy: CLERK }]);
    });

    it('posts nothing when one transaction is rejected, and names its index', async () => {
      for (const dryRun of [false, true]) {
        const error = await cash.refuses(
          () => batch(dryRun, [its.origin, its.unallocated, 100], [its.unallocated, its.rent, 101]),
          'insufficient-funds',
        );
        expect(error.details).to.include({ index: 1 }).and.not.to.have.property('errors');
      }
      expect(await balanceOf(its.unallocated)).to.equal(0);
    });

    it('points to the invalid field of a transaction', async () => {
      for (const [changes, pointer] of [
        [{ amount: eur(0) }, '/amount/amount'],
        [{ sourceAccountId: NOWHERE }, '/sourceAccountId'],
        [{ targetRealAccountId: NOWHERE }, '/targetRealAccountId'],
      ] as const) {
        const error = await cash.refuses(
          () => batch(false, [its.origin, its.unallocated, 1], [its.origin, its.rent, 1, changes]),
          'validation',
        );
        expect(error.details['index']).to.equal(1);
        expect(pointersOf(error)).to.deep.equal([`/transactions/1${pointer}`]);
      }
    });

    it('returns the same result in a dry run, without posting', async () => {
      const { id, transactions } = await batch(true, [its.origin, its.unallocated, 100]);
      expect(id).to.equal(null);
      expect(transactions[0]).to.deep.include({ amount: 100, number: null, batchId: null, postedAt: now() });
      expect(await balanceOf(its.unallocated)).to.equal(0);
      expect((await cash.listTransactions({ filter: {}, page: { limit: 1 } })).items).to.deep.equal([]);
    });

    it('creates no amounts in a dry run', async () => {
      const elsewhere: object = { targetRealAccountId: its.desk.id };
      const before = cash.tables.amounts.all();
      await batch(true, [its.origin, its.unallocated, 100, elsewhere]);
      expect(cash.tables.amounts.all()).to.deep.equal(before);
      await batch(false, [its.origin, its.unallocated, 100, elsewhere]);
      expect(cash.tables.amounts.all()).to.have.length(before.length + 1);
    });
  });

  describe('a reversal', () => {
    const reverse = (id: string, date: 'original' | 'today' = 'today') =>
      cash.reverseTransaction({ id, date, createdBy: CLERK });

    it('moves the whole amount back, at the time of the original or now', async () => {
      await fund(1_000);
      const effectiveAt = plus(now(), -DAY);
      for (const [date, at] of [
        ['original', effectiveAt],
        ['today', now()],
      ] as const) {
        const original = await post(its.unallocated, its.rent, 300, { effectiveAt, description: 'Rent' });
        expect(await reverse(original.id, date)).to.deep.include({
          source: original.target,
          target: original.source,
          amount: 300,
          effectiveAt: at,
          postedAt: now(),
          description: 'Rent',
          reversalOf: original.id,
          refundOf: null,
          createdBy: CLERK,
        });
      }
      expect([await balanceOf(its.unallocated), await balanceOf(its.rent)]).to.deep.equal([1_000, 0]);
    });

    it('uses the real accounts of the original', async () => {
      await fund(100, its.rent);
      const original = await post(its.rent, its.rent, 100, { targetRealAccountId: its.desk.id });
      await reverse(original.id);
      expect((await amountsOf(its.rent)).map(({ amount }) => amount).sort()).to.deep.equal([0, 100]);
    });

    it('is possible once, and only for a known transaction without refunds', async () => {
      const { id } = await fund(1_000);
      await cash.refuses(() => reverse(NOWHERE), 'not-found');
      await reverse(id);
      await cash.refuses(() => reverse(id), 'already-reversed');
      const other = await fund(1_000);
      await cash.refundTransaction({ id: other.id, amount: eur(1), createdBy: null });
      await cash.refuses(() => reverse(other.id), 'already-refunded');
    });

    it('reports already-reversed before insufficient-funds', async () => {
      const { id } = await fund(1_000);
      await post(its.unallocated, its.expense, 1);
      await cash.refuses(() => reverse(id), 'insufficient-funds');
      await fund(1);
      await reverse(id);
      await cash.refuses(() => reverse(id), 'already-reversed');
    });

    it('rejects archived accounts', async () => {
      await fund(1_000);
      const { id } = await post(its.unallocated, its.rent, 10);
      await post(its.rent, its.unallocated, 10);
      await archive(its.rent);
      await cash.refuses(() => reverse(id), 'account-archived');
    });
  });

  describe('a refund', () => {
    const refund = (id: string, amount: number, currency = 'EUR') =>
      cash.refundTransaction({ id, amount: { amount, currency }, createdBy: CLERK });

    it('moves parts back now, up to the amount of the original', async () => {
      await fund(1_000);
      const effectiveAt = plus(now(), -DAY);
      const original = await post(its.unallocated, its.expense, 300, { effectiveAt, description: 'Gloves' });
      expect(await refund(original.id, 100)).to.deep.include({
        source: original.target,
        target: original.source,
        amount: 100,
        effectiveAt: now(),
        description: 'Gloves',
        refundOf: original.id,
        reversalOf: null,
        createdBy: CLERK,
      });
      const error = await cash.refuses(() => refund(original.id, 201), 'refund-exceeds-original');
      expect(error.details).to.deep.equal({ refundable: eur(200) });
      await refund(original.id, 200);
      await cash.refuses(() => refund(original.id, 1), 'refund-exceeds-original');
      expect(await balanceOf(its.unallocated)).to.equal(1_000);
    });

    it('requires a known transaction, its currency and an amount of at least one', async () => {
      const { id } = await fund(1_000);
      await cash.refuses(() => refund(NOWHERE, 1), 'not-found');
      expect(pointersOf(await cash.refuses(() => refund(id, 1, 'USD'), 'currency-mismatch'))).to.deep.equal([
        '/amount/currency',
      ]);
      for (const amount of [0, -1])
        expect(pointersOf(await cash.refuses(() => refund(id, amount), 'validation'))).to.deep.equal([
          '/amount/amount',
        ]);
      await refund(id, 1);
    });

    it('rejects a reversed transaction and money that is spent', async () => {
      const { id } = await fund(1_000);
      await post(its.unallocated, its.expense, 999);
      await cash.refuses(() => refund(id, 2), 'insufficient-funds');
      await fund(999);
      await cash.reverseTransaction({ id, date: 'today', createdBy: null });
      await cash.refuses(() => refund(id, 1), 'already-reversed');
    });
  });

  describe('a hold', () => {
    type Changes = Partial<Parameters<typeof cash.placeHold>[0]>;
    const place = (amount: number, changes: Changes = {}): Promise<Hold> =>
      cash.placeHold({
        ...{ sourceAccountId: its.unallocated, targetAccountId: its.expense, amount: eur(amount) },
        ...{ createdBy: CLERK, ...changes },
      });
    const capture = ({ id }: Pick<Hold, 'id'>, amount?: { amount: number; currency: string }) =>
      cash.captureHold({ id, amount, createdBy: CLERK });
    const cancel = ({ id }: Pick<Hold, 'id'>) => cash.voidHold({ id });
    const later = (ms: number) => ({ expiresAt: plus(now(), ms) });

    it('reserves money that stays in the balance', async () => {
      await fund(1_000);
      expect(await place(300)).to.deep.include({
        amount: 300,
        currency: 'EUR',
        status: 'open',
        expiresAt: plus(now(), 7 * DAY),
        captured: null,
        transactionId: null,
        createdAt: now(),
        closedAt: null,
        createdBy: CLERK,
      });
      expect([await balanceOf(its.unallocated), heldOf(its.unallocated)]).to.deep.equal([1_000, 300]);
      const error = await cash.refuses(() => place(701), 'insufficient-funds');
      expect(error.details).to.deep.include({ available: eur(700), required: eur(701) });
      await place(700);
    });

    it('rejects invalid fields and points to each of them', async () => {
      await fund(1_000);
      for (const [changes, pointer] of [
        [{ sourceAccountId: NOWHERE }, '/sourceAccountId'],
        [{ targetAccountId: NOWHERE }, '/targetAccountId'],
        [{ amount: eur(0) }, '/amount/amount'],
        [later(0), '/expiresAt'],
        [later(366 * DAY + 1), '/expiresAt'],
      ] as const) {
        const error = await cash.refuses(() => place(10, changes), 'validation');
        expect(pointersOf(error), JSON.stringify(changes)).to.deep.equal([pointer]);
      }
      await cash.refuses(() => place(10, { targetAccountId: its.unallocated }), 'same-amount');
      const { accountId } = await inDollars();
      for (const changes of [
        { amount: usd(10) },
        { targetAccountId: accountId },
        { sourceAccountId: accountId },
      ])
        expect(pointersOf(await cash.refuses(() => place(10, changes), 'currency-mismatch'))).to.deep.equal([
          '/amount/currency',
        ]);
      await archive(its.rent);
      await cash.refuses(() => place(10, { targetAccountId: its.rent }), 'account-archived');
      await cash.refuses(() => place(10, { sourceAccountId: its.rent }), 'account-archived');
    });

    it('lasts from a millisecond to a year', async () => {
      await fund(1_000);
      for (const ms of [1, 366 * DAY])
        expect((await place(10, later(ms))).expiresAt).to.deep.equal(plus(now(), ms));
    });

    it('is captured in full, or in part with the rest released', async () => {
      await fund(1_000);
      const [whole, part] = [await place(300), await place(300)];
      cash.clock.advance(MINUTE);
      expect(await capture(whole)).to.deep.include({ status: 'captured', captured: 300, closedAt: now() });
      const captured = await capture(part, eur(120));
      expect(captured).to.include({ captured: 120, amount: 300 });
      expect(await cash.viewTransaction({ transactionId: captured.transactionId! })).to.deep.include({
        source: part.source,
        target: part.target,
        amount: 120,
        effectiveAt: now(),
        postedAt: now(),
        createdBy: CLERK,
      });
      expect([await balanceOf(its.unallocated), heldOf(its.unallocated)]).to.deep.equal([580, 0]);
      expect(await balanceOf(its.expense)).to.equal(420);
    });

    it('is captured for at least one and at most its amount, in its currency', async () => {
      await fund(1_000);
      const hold = await place(300);
      for (const [amount, pointer] of [
        [0, '/amount/amount'],
        [301, '/amount'],
      ] as const)
        expect(pointersOf(await cash.refuses(() => capture(hold, eur(amount)), 'validation'))).to.deep.equal([
          pointer,
        ]);
      expect(pointersOf(await cash.refuses(() => capture(hold, usd(1)), 'currency-mismatch'))).to.deep.equal([
        '/amount/currency',
      ]);
      expect((await capture(hold, eur(1))).captured).to.equal(1);
    });

    it('is not captured to an archived account, but can be voided', async () => {
      await fund(1_000);
      const hold = await place(300, { targetAccountId: its.rent });
      await archive(its.rent);
      await cash.refuses(() => capture(hold), 'account-archived');
      await cancel(hold);
    });

    it('is released when it is voided', async () => {
      await fund(1_000);
      const [hold] = [await place(300), await place(200)];
      expect(await cancel(hold)).to.deep.include({ status: 'voided', closedAt: now(), transactionId: null });
      expect([await balanceOf(its.unallocated), heldOf(its.unallocated)]).to.deep.equal([1_000, 200]);
    });

    it('is captured or voided only once', async () => {
      await fund(1_000);
      const ends = {
        captured: await capture(await place(100)),
        voided: await cancel(await place(100)),
        expired: await place(100, later(1)),
      };
      cash.clock.advance(1);
      for (const [holdStatus, hold] of Object.entries(ends))
        for (const attempt of [() => capture(hold), () => cancel(hold)])
          expect((await cash.refuses(attempt, 'hold-not-open')).details).to.deep.equal({ holdStatus });
      for (const attempt of [() => capture({ id: NOWHERE }), () => cancel({ id: NOWHERE })])
        await cash.refuses(attempt, 'not-found');
    });

    it('does not reserve money after its expiry, even before the job has released it', async () => {
      await fund(1_000);
      const hold = await place(1_000, later(MINUTE));
      cash.clock.advance(MINUTE - 1);
      await cash.refuses(() => post(its.unallocated, its.expense, 1), 'insufficient-funds');
      cash.clock.advance(1);
      await post(its.unallocated, its.expense, 1_000);
      expect(await cash.viewHold({ holdId: hold.id })).to.deep.include({
        status: 'expired',
        closedAt: hold.expiresAt,
      });
      expect(heldOf(its.unallocated)).to.equal(0);
    });

    it('leaves its money to other holds and to reversals after its expiry', async () => {
      const { id } = await fund(1_000);
      const first = await place(1_000, later(1));
      cash.clock.advance(1);
      const second = await place(1_000, later(1));
      expect((await cash.viewHold({ holdId: first.id })).status).to.equal('expired');
      expect(heldOf(its.unallocated)).to.equal(1_000);
      cash.clock.advance(1);
      await cash.reverseTransaction({ id, date: 'today', createdBy: null });
      expect(cash.tables.holds.get(second.id)?.status).to.equal('expired');
    });

    it('on a hot amount is released after its expiry by the job, not by postings', async () => {
      const { id } = await place(10, { sourceAccountId: its.income, ...later(1) });
      cash.clock.advance(1);
      await post(its.income, its.unallocated, 5);
      expect(heldOf(its.income)).to.equal(10);
      await cash.expireHolds();
      expect(heldOf(its.income)).to.equal(0);
      expect(cash.tables.holds.get(id)?.status).to.equal('expired');
    });

    it('is released by the job after its expiry, on many amounts, and without effect on other holds', async () => {
      const open = await place(10, { sourceAccountId: its.origin, ...later(MINUTE) });
      for (let n = 0; n < 60; n += 1) {
        const { id } = await cash.openAccount({ name: `E${n}`, realAccountId: its.bank.id, type: 'asset' });
        await fund(10, id);
        await place(10, { sourceAccountId: id, ...later(1) });
      }
      await place(5, { sourceAccountId: its.origin, ...later(1) });
      const before = cash.store.commits;
      await cash.expireHolds();
      expect(cash.store.commits, 'not before they are over').to.equal(before);
      cash.clock.advance(1);
      await cash.expireHolds();
      const statuses = cash.tables.holds.all().map(({ status }) => status);
      expect(statuses.filter((status) => status === 'expired')).to.have.length(61);
      expect((await cash.viewHold({ holdId: open.id })).status).to.equal('open');
      expect(heldOf(its.origin)).to.equal(10);
      const after = cash.store.commits;
      await cash.expireHolds();
      expect(cash.store.commits, 'only once').to.equal(after);
    });
  });

  describe('backdating', () => {
    const close = (realAccountId: string) =>
      cash.closePeriod({ realAccountId, period: '2026-10', closedBy: null });
    /** November begins in Berlin an hour before it does in UTC. */
    const begin = new Date('2026-10-31T23:00:00.000Z');

    it('changes the balance at the effective time, but not the recorded balance of that time', async () => {
      await fund(1_000);
      const effectiveAt = plus(now(), -30 * DAY);
      const posted = await post(its.origin, its.rent, 70, { effectiveAt });
      expect(posted).to.deep.include({ effectiveAt, postedAt: now() });
      const on = (axis: 'effective' | 'recorded', at: Date) =>
        cash.viewBalance({ scope: { accountId: its.rent }, at, axis }).then(({ balance }) => balance);
      expect([
        await on('effective', effectiveAt),
        await on('effective', plus(effectiveAt, -1)),
      ]).to.deep.equal([70, 0]);
      expect([await on('recorded', effectiveAt), await on('recorded', now())]).to.deep.equal([0, 70]);
    });

    it('is rejected in a month that either real account has closed', async () => {
      await close(its.bank.id);
      for (const [from, to] of [
        [its.origin, its.unallocated],
        [its.unallocated, its.origin],
      ] as const) {
        const error = await cash.refuses(
          () => post(from, to, 1, { effectiveAt: plus(begin, -1) }),
          'period-closed',
        );
        expect(error.details).to.deep.equal({ firstOpenDay: '2026-11-01' });
      }
      await post(its.origin, its.drawer, 1, { effectiveAt: plus(begin, -1) });
      await post(its.origin, its.unallocated, 1, { effectiveAt: begin });
    });

    it('names the later of two closed months', async () => {
      await cash.closePeriod({ realAccountId: its.desk.id, period: '2026-09', closedBy: null });
      await close(its.bank.id);
      const error = await cash.refuses(
        () => post(its.drawer, its.unallocated, 1, { effectiveAt: new Date('2026-09-15T12:00:00Z') }),
        'period-closed',
      );
      expect(error.details).to.deep.equal({ firstOpenDay: '2026-11-01' });
    });

    it('of a reversal is rejected in a closed month, but possible today', async () => {
      const { id } = await post(its.origin, its.unallocated, 100, { effectiveAt: plus(begin, -1) });
      await close(its.bank.id);
      const reverse = (date: 'original' | 'today') => cash.reverseTransaction({ id, date, createdBy: null });
      await cash.refuses(() => reverse('original'), 'period-closed');
      await reverse('today');
    });
  });

  describe('the public API for other contexts', () => {
    type Posting = Parameters<Parameters<Parameters<typeof cash.withLedger>[0]>[0]['post']>[0];
    const settle = (changes: Partial<Posting> = {}) =>
      cash.withLedger((ledger) =>
        ledger.post({
          ...{ from: its.income, to: its.unallocated, amount: 500, currency: 'EUR' },
          origin: { type: 'order', id: '1042', event: 'payment:1' },
          ...changes,
        }),
      );

    it('posts an event once, and returns the same transaction when it is repeated', async () => {
      const effectiveAt = plus(now(), -MINUTE);
      const first = await settle({ effectiveAt, description: ' Order 1042 ', payerId: CLERK });
      expect(await cash.viewTransaction({ transactionId: first.id })).to.deep.include({
        amount: 500,
        effectiveAt,
        description: 'Order 1042',
        origin: { type: 'order', id: '1042', event: 'payment:1' },
        payerId: CLERK,
        createdBy: null,
        number: first.number,
      });
      expect(await settle()).to.deep.equal(first);
      expect(await balanceOf(its.unallocated)).to.equal(500);
      expect((await settle({ origin: { type: 'order', id: '1042', event: 'payment:2' } })).id).not.to.equal(
        first.id,
      );
    });

    it('rejects a repeated event with other contents', async () => {
      await settle();
      for (const changes of [{ amount: 501 }, { currency: 'USD' }, { from: its.origin }, { to: its.rent }])
        await cash.refuses(() => settle(changes), 'origin-conflict');
    });

    it('rejects a posting for the same reasons as any transaction', async () => {
      await cash.refuses(() => settle({ from: its.unallocated, to: its.expense }), 'insufficient-funds');
      await cash.refuses(() => settle({ amount: 0 }), 'validation');
      await cash.refuses(() => settle({ from: NOWHERE }), 'validation');
      await cash.refuses(() => settle({ currency: 'USD' }), 'currency-mismatch');
      await cash.refuses(() => settle({ effectiveAt: plus(now(), 1) }), 'validation');
    });

    it('keeps who paid and who entered it', async () => {
      const { id } = await settle({ payerId: CLERK, createdBy: CLERK });
      expect(await cash.viewTransaction({ transactionId: id })).to.include({
        payerId: CLERK,
        createdBy: CLERK,
      });
    });

    it('creates the standard accounts once, without floors', async () => {
      const codes = [
        'shop-income',
        'clinic-income',
        'card-clearing',
        'desk-cash',
        'opening-balances',
      ] as const;
      const ask = () =>
        cash.withLedger(async (ledger) => {
          const ids: string[] = [];
          for (const code of codes) ids.push(await ledger.standardAccount(code));
          return ids;
        });
      const ids = await ask();
      expect(new Set(ids).size).to.equal(codes.length);
      expect(await ask()).to.deep.equal(ids);
      const accounts = await Promise.all(ids.map((id) => cash.viewAccount({ accountId: id })));
      expect(accounts.map(({ code, type, floor, currency }) => [code, type, floor, currency])).to.deep.equal([
        ['shop-income', 'income', null, 'EUR'],
        ['clinic-income', 'income', null, 'EUR'],
        ['card-clearing', 'asset', null, 'EUR'],
        ['desk-cash', 'asset', null, 'EUR'],
        ['opening-balances', 'equity', null, 'EUR'],
      ]);
      const [shop, , cards] = ids;
      await settle({ from: shop!, to: cards! });
      expect(await balanceOf(cards!)).to.equal(500);
    });
  });
});
