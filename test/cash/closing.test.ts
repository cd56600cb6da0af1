import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.js';
import { money } from '../../src/kernel/money.js';
import type { BankLine } from '../../src/cash/application/bank-ports.js';
import { assertMatchable } from '../../src/cash/domain/match.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { aFile, genericCsv } from '../support/statements.js';
import { NOWHERE, CLERK, eur, seedAccounts, makeWorld, type Furniture } from './world.js';

describe('matching, reconciling and closing', () => {
  let cash: ReturnType<typeof makeWorld>;
  let its: Furniture;
  beforeEach(async () => {
    cash = makeWorld();
    its = await seedAccounts(cash);
  });
  const now = (): Date => cash.clock.now();
  const post = async (
    sourceAccountId: string,
    targetAccountId: string,
    amount: number,
    at: string,
  ): Promise<string> => {
    const effectiveAt = new Date(at);
    const command = { sourceAccountId, targetAccountId, amount: eur(amount), effectiveAt, createdBy: null };
    return (await cash.postTransaction(command)).id;
  };
  /** Brings `amount` into the bank account; takes it out when it is negative. */
  const move = (amount: number, at = '2026-10-20T12:00:00Z'): Promise<string> =>
    amount > 0
      ? post(its.origin, its.unallocated, amount, at)
      : post(its.unallocated, its.expense, -amount, at);
  const lines = async (...rows: readonly (readonly [string, string])[]): Promise<readonly BankLine[]> => {
    await cash.importBankLines({
      realAccountId: its.bank.id,
      profile: 'generic',
      file: aFile(genericCsv(rows.map(([date, amount]) => ({ date, amount })))),
      dryRun: false,
      importedBy: null,
    });
    return (await cash.viewBankStatement({ realAccountId: its.bank.id })).lines;
  };
  const match = (bankLineId: string, ...transactionIds: string[]) =>
    cash.matchBankLine({ bankLineId, transactionIds, matchedBy: CLERK });
  const unmatch = (bankLineId: string, matchId: string) =>
    cash.unmatchBankLine({ bankLineId, matchId, removedBy: CLERK });
  const close = (period: string, realAccountId = its.bank.id) =>
    cash.closePeriod({ realAccountId, period, closedBy: CLERK });
  const reopen = (period: string, reason = 'A late invoice', realAccountId = its.bank.id) =>
    cash.reopenPeriod({ realAccountId, period, reason, reopenedBy: CLERK });
  type Adjustment = Parameters<typeof cash.reconcile>[0]['adjustment'];
  const reconcile = (
    through: string,
    amount: number,
    {
      adjustment,
      currency = 'EUR',
      realAccountId = its.bank.id,
    }: {
      adjustment?: Adjustment;
      currency?: string;
      realAccountId?: string;
    } = {},
  ) =>
    cash.reconcile({
      ...{ realAccountId, through, closingBalance: money(amount, currency), reconciledBy: CLERK },
      ...(adjustment && { adjustment }),
    });
  const hold = (amount: number) =>
    cash.placeHold({
      ...{ sourceAccountId: its.unallocated, targetAccountId: its.expense, amount: eur(amount) },
      createdBy: null,
    });
  const dollars = async (): Promise<string> =>
    (await cash.openRealAccount({ name: 'Abroad', kind: 'bank', currency: 'USD' })).defaultAccountId;

  describe('a match', () => {
    it('links a bank line with transactions of any day', async () => {
      const [line] = await lines(['2026-11-03', '10.00']);
      const parts = [await move(1_500), await move(-500, '2026-11-20T12:00:00Z')];
      expect(await match(line!.id, ...parts)).to.deep.include({
        bankLineId: line!.id,
        realAccountId: its.bank.id,
        transactionIds: parts,
        matchedAt: now(),
        matchedBy: CLERK,
        removedAt: null,
        removedBy: null,
      });
      expect((await cash.viewBankLine({ bankLineId: line!.id })).match?.transactionIds).to.have.members(
        parts,
      );
    });

    it('rejects a transaction that is unknown, named twice, or without effect on the real account', async () => {
      const [line] = await lines(['2026-11-03', '10.00']);
      const fine = await move(1_000);
      await post(its.origin, its.drawer, 50, '2026-11-01T12:00:00Z');
      const within = await post(its.unallocated, its.rent, 500, '2026-11-01T12:00:00Z');
      const elsewhere = await post(its.drawer, its.expense, 50, '2026-11-01T12:00:00Z');
      for (const other of [NOWHERE, fine, within, elsewhere]) {
        const error = await cash.refuses(() => match(line!.id, fine, other), 'validation');
        expect(pointersOf(error)).to.deep.equal(['/transactionIds/1']);
      }
      await cash.refuses(() => match(NOWHERE, fine), 'not-found');
    });

    it('rejects transactions whose sum is not the amount of the line, including its sign', async () => {
      const [line] = await lines(['2026-11-03', '10.00']);
      const [more, less] = [await move(1_001), await move(-1_000)];
      for (const [ids, sum] of [
        [[more], 1_001],
        [[less], -1_000],
        [[more, less], 1],
      ] as const)
        expect((await cash.refuses(() => match(line!.id, ...ids), 'amounts-differ')).details).to.deep.equal({
          line: eur(1_000),
          transactions: eur(sum),
        });
    });

    it('rejects a line or a transaction that is already matched', async () => {
      const [first, second] = await lines(['2026-11-03', '10.00'], ['2026-11-04', '10.00']);
      const [taken, free] = [await move(1_000), await move(1_000)];
      await match(first!.id, taken);
      expect((await cash.refuses(() => match(first!.id, free), 'already-matched')).details).to.deep.equal({
        bankLineId: first!.id,
      });
      expect((await cash.refuses(() => match(second!.id, taken), 'already-matched')).details).to.deep.equal({
        transactionId: taken,
      });
      await match(second!.id, free);
    });

    it('links a transfer between two banks with one line of each bank', async () => {
      const other = await cash.openRealAccount({ name: 'Savings', kind: 'bank', currency: 'EUR' });
      await move(1_000);
      const transfer = await post(its.unallocated, other.defaultAccountId, 400, '2026-10-21T12:00:00Z');
      const [out] = await lines(['2026-11-03', '-4.00']);
      await cash.importBankLines({
        realAccountId: other.id,
        profile: 'generic',
        file: aFile(genericCsv([{ date: '2026-11-04', amount: '4.00' }])),
        dryRun: false,
        importedBy: null,
      });
      const [into] = (await cash.viewBankStatement({ realAccountId: other.id })).lines;
      await match(out!.id, transfer);
      await match(into!.id, transfer);
    });

    it('is removed once, after which line and transactions can be matched again', async () => {
      const [line, other] = await lines(['2026-11-03', '10.00'], ['2026-11-04', '10.00']);
      const id = await move(1_000);
      const { id: matchId } = await match(line!.id, id);
      await cash.refuses(() => unmatch(line!.id, NOWHERE), 'not-found');
      await cash.refuses(() => unmatch(other!.id, matchId), 'not-found');
      await cash.refuses(() => unmatch(NOWHERE, matchId), 'not-found');
      cash.clock.advance(MINUTE);
      await unmatch(line!.id, matchId);
      expect(await cash.cashUnitOfWork.run(({ bankMatches }) => bankMatches.find(matchId))).to.deep.include({
        removedAt: now(),
        removedBy: CLERK,
      });
      await cash.refuses(() => unmatch(line!.id, matchId), 'not-found');
      await match(other!.id, id);
    });

    it('is never removed at an earlier time than it was made, even if the clock goes back', async () => {
      const [line] = await lines(['2026-11-03', '10.00']);
      const { id, matchedAt } = await match(line!.id, await move(1_000));
      cash.clock.advance(-MINUTE);
      await unmatch(line!.id, id);
      const removed = await cash.cashUnitOfWork.run(({ bankMatches }) => bankMatches.find(id));
      expect(removed?.removedAt).to.deep.equal(matchedAt);
    });

    it('cannot be made or removed in a closed month', async () => {
      const [line, later] = await lines(['2026-10-31', '10.00'], ['2026-11-01', '10.00']);
      const { id } = await match(line!.id, await move(1_000));
      await reconcile('2026-10-31', 1_000);
      await close('2026-10');
      const other = await move(1_000, '2026-11-02T12:00:00Z');
      for (const attempt of [() => unmatch(line!.id, id), () => match(line!.id, other)])
        expect((await cash.refuses(attempt, 'period-closed')).details).to.deep.equal({
          firstOpenDay: '2026-11-01',
        });
      await match(later!.id, other);
    });

    it('requires an exact sum and transactions without a match', async () => {
      const [line] = await lines(['2026-11-03', '10.00']);
      const movements = (delta: number, matched = false) =>
        ['a', 'b'].map((transactionId) => ({ transactionId, delta, matched }));
      const judged = async (...given: Parameters<typeof assertMatchable>): Promise<void> => {
        await Promise.resolve();
        assertMatchable(...given);
      };
      const tooMuch = judged(line!, false, ['a', 'b'], movements(Number.MAX_SAFE_INTEGER));
      expect(pointersOf(await expectCode(tooMuch, 'validation'))).to.deep.equal(['/transactionIds']);
      await judged(line!, false, ['a', 'b'], movements(500));
      await expectCode(judged(line!, true, ['a', 'b'], movements(500)), 'already-matched');
      await expectCode(judged(line!, false, ['a', 'b'], movements(500, true)), 'already-matched');
    });
  });

  describe('a reconciliation', () => {
    it('records the agreement at the end of a day in the zone of the practice', async () => {
      await move(1_000, '2026-10-31T22:59:59.999Z');
      await move(7, '2026-10-31T23:00:00Z');
      expect(await reconcile('2026-10-31', 1_000)).to.deep.include({
        realAccountId: its.bank.id,
        currency: 'EUR',
        through: '2026-10-31',
        closingBalance: 1_000,
        adjustmentId: null,
        reconciledAt: now(),
        reconciledBy: CLERK,
      });
      await reconcile('2026-11-01', 1_007);
    });

    it('rejects invalid fields and points to each of them', async () => {
      for (const [attempt, code, pointer] of [
        [() => reconcile('2026-11-22', 0), 'validation', '/to'],
        [
          () => reconcile('2026-11-20', 0, { currency: 'USD' }),
          'currency-mismatch',
          '/closingBalance/currency',
        ],
      ] as const)
        expect(pointersOf(await cash.refuses(attempt, code))).to.deep.equal([pointer]);
      await cash.refuses(() => reconcile('2026-11-20', 0, { realAccountId: NOWHERE }), 'not-found');
      expect((await reconcile('2026-11-21', 0)).through, 'today').to.equal('2026-11-21');
    });

    it('requires a match for every line up to its day', async () => {
      const [, second] = await lines(['2026-11-01', '10.00'], ['2026-11-02', '10.00']);
      await match(second!.id, await move(1_000));
      await reconcile('2026-10-31', 1_000);
      for (const day of ['2026-11-01', '2026-11-20'])
        expect(
          (await cash.refuses(() => reconcile(day, 1_000), 'bank-lines-unmatched')).details,
        ).to.deep.equal({
          unmatched: 1,
        });
    });

    it('rejects a different balance and reports the difference', async () => {
      await move(1_000);
      expect(
        (await cash.refuses(() => reconcile('2026-11-20', 1_250), 'difference-not-zero')).details,
      ).to.deep.equal({
        difference: eur(250),
        inBooks: eur(1_000),
      });
      await cash.refuses(
        () => reconcile('2026-11-20', Number.MIN_SAFE_INTEGER, { adjustment: { accountId: its.expense } }),
        'validation',
      );
    });

    it('posts a difference to the named account on its day', async () => {
      await move(1_000);
      const accountId = its.expense;
      const { adjustmentId } = await reconcile('2026-11-20', 900, { adjustment: { accountId } });
      expect(await cash.viewTransaction({ transactionId: adjustmentId! })).to.deep.include({
        amount: 100,
        effectiveAt: new Date('2026-11-20T22:59:59.999Z'),
        description: 'Adjustment to the balance of 2026-11-20',
        createdBy: CLERK,
      });
      const more = await reconcile('2026-11-21', 950, { adjustment: { accountId, description: 'Found' } });
      const found = await cash.viewTransaction({ transactionId: more.adjustmentId! });
      expect(found).to.deep.include({ amount: 50, effectiveAt: now(), description: 'Found' });
      expect([found.source.accountId, found.target.accountId]).to.deep.equal([accountId, its.unallocated]);
      expect((await cash.viewRealAccount({ realAccountId: its.bank.id })).balance).to.equal(950);
    });

    it('posts nothing if there is no difference', async () => {
      await move(1_000);
      const { adjustmentId } = await reconcile('2026-11-20', 1_000, { adjustment: { accountId: NOWHERE } });
      expect(adjustmentId).to.equal(null);
    });

    it('accepts an adjustment only with an account of another real account in the same currency', async () => {
      await move(1_000);
      const other = await dollars();
      for (const [accountId, code] of [
        [NOWHERE, 'validation'],
        [its.rent, 'validation'],
        [its.unallocated, 'validation'],
        [other, 'currency-mismatch'],
        [its.drawer, 'insufficient-funds'],
      ] as const)
        await cash.refuses(() => reconcile('2026-11-20', 1_001, { adjustment: { accountId } }), code);
      const error = await cash.refuses(
        () => reconcile('2026-11-20', 1_001, { adjustment: { accountId: other } }),
        'currency-mismatch',
      );
      expect(pointersOf(error)).to.deep.equal(['/adjustment/accountId']);
    });
  });

  describe('a month', () => {
    /** November begins in Berlin an hour before it does in UTC. */
    const end = new Date('2026-10-31T23:00:00.000Z');

    it('is closed together with everything before it once it is over', async () => {
      expect(await close('2026-10')).to.deep.include({
        realAccountId: its.bank.id,
        period: '2026-10',
        startsAt: new Date('2026-09-30T22:00:00.000Z'),
        endsAt: end,
        closedAt: now(),
        closedBy: CLERK,
      });
      expect(await cash.viewRealAccount({ realAccountId: its.bank.id })).to.deep.include({
        closedThrough: '2026-10',
        closedUntil: end,
      });
      for (const period of ['2026-10', '2026-09'])
        expect((await cash.refuses(() => close(period), 'period-closed')).details).to.deep.equal({
          firstOpenDay: '2026-11-01',
        });
      expect((await cash.refuses(() => close('2026-11'), 'period-not-over')).details).to.deep.equal({
        period: '2026-11',
      });
      await cash.refuses(() => close('2026-10', NOWHERE), 'not-found');
    });

    it('can be closed from its last instant on', async () => {
      cash.clock.advance(new Date('2026-11-30T23:00:00Z').getTime() - now().getTime() - 1);
      await cash.refuses(() => close('2026-11'), 'period-not-over');
      cash.clock.advance(1);
      await close('2026-11');
    });

    it('is closed only after every earlier month with postings', async () => {
      await move(1_000, '2026-08-31T22:00:00Z');
      await move(1_000, '2026-10-02T12:00:00Z');
      expect((await cash.refuses(() => close('2026-10'), 'earlier-period-open')).details).to.deep.equal({
        period: '2026-09',
      });
      await close('2026-09');
      await close('2026-10');
    });

    it('closes earlier months without postings too', async () => {
      await close('2026-08');
      await move(1_000, '2026-10-02T12:00:00Z');
      await close('2026-10');
    });

    it('is never closed at an earlier time than its last posting, even if the clock goes back', async () => {
      await move(1_000);
      const postedAt = now();
      cash.clock.advance(-MINUTE);
      expect((await close('2026-10')).closedAt).to.deep.equal(postedAt);
    });

    it('with bank lines is closed when all conditions are met, and lists the others otherwise', async () => {
      const reasons = async () => {
        const { details } = await cash.refuses(() => close('2026-10'), 'period-not-ready');
        return (details['reasons'] as { code: string; detail: string }[]).map(({ detail }) => detail);
      };
      const [first] = await lines(['2026-10-31', '10.00'], ['2026-11-01', '10.00']);
      const id = await move(1_000);
      cash.clock.advance(end.getTime() - now().getTime() - 1);
      const held = await hold(100);
      cash.clock.advance(1);
      await hold(100);
      cash.clock.advance(DAY);
      expect(await reasons()).to.deep.equal([
        'Bank lines of the month or before are not matched: 1.',
        'Holds are open: 1.',
        'There is no reconciliation to 2026-10-31 or later.',
      ]);
      await match(first!.id, id);
      await reconcile('2026-10-30', 1_000);
      expect(await reasons()).to.deep.equal([
        'Holds are open: 1.',
        'There is no reconciliation to 2026-10-31 or later.',
      ]);
      await cash.voidHold({ id: held.id });
      await reconcile('2026-10-31', 1_000);
      await move(5, '2026-10-25T12:00:00Z');
      expect(await reasons()).to.deep.equal(['Something was posted since the reconciliation to 2026-10-31.']);
      await reconcile('2026-10-31', 1_005);
      await close('2026-10');
    });

    it('without bank lines is closed without a reconciliation', async () => {
      await move(1_000);
      await hold(100);
      await close('2026-10');
    });

    it('is reopened if it was closed last; the one before it stays closed', async () => {
      await close('2026-08');
      const { id } = await close('2026-10');
      cash.clock.advance(MINUTE);
      const { period, reopening } = await reopen('2026-10', ' A late invoice ');
      expect(period.id).to.equal(id);
      expect(reopening).to.deep.include({
        periodId: id,
        reason: 'A late invoice',
        reopenedAt: now(),
        reopenedBy: CLERK,
      });
      expect((await cash.viewRealAccount({ realAccountId: its.bank.id })).closedThrough).to.equal('2026-08');
      await move(1_000);
      await expectCode(move(1_000, '2026-08-31T12:00:00Z'), 'period-closed');
      await close('2026-10');
      await reopen('2026-10');
      await reopen('2026-08');
      expect(await cash.viewRealAccount({ realAccountId: its.bank.id })).to.deep.include({
        closedThrough: null,
        closedUntil: null,
      });
      await move(1_000, '2026-08-31T12:00:00Z');
    });

    it('is not reopened without a reason or unless it was closed last', async () => {
      const last = async (period: string) =>
        (await cash.refuses(() => reopen(period), 'period-not-last-closed')).details;
      expect(await last('2026-10')).to.deep.equal({ closedThrough: null });
      await close('2026-08');
      await close('2026-10');
      for (const period of ['2026-08', '2026-09', '2026-11'])
        expect(await last(period)).to.deep.equal({ closedThrough: '2026-10' });
      for (const reason of ['', '  ', 'x'.repeat(501)])
        expect(pointersOf(await cash.refuses(() => reopen('2026-10', reason), 'validation'))).to.deep.equal([
          '/reason',
        ]);
      await cash.refuses(() => reopen('2026-10', 'Why', NOWHERE), 'not-found');
      await reopen('2026-10', '🦷'.repeat(500));
    });

    it('is never reopened at an earlier time than it was closed, even if the clock goes back', async () => {
      const { closedAt } = await close('2026-10');
      cash.clock.advance(-MINUTE);
      expect((await reopen('2026-10')).reopening.reopenedAt).to.deep.equal(closedAt);
    });
  });
});
