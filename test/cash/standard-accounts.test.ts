import { expect } from 'chai';
import { DAY, MINUTE, plus, SECOND } from '../../src/kernel/clock.js';
import type { StandardAccount } from '../../src/cash/index.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { CLERK, eur, makeWorld, seedAccounts, type Furniture } from './world.js';

const ORIGIN = { type: 'order', id: '1042', event: 'payment:1' };

describe('the standard accounts', () => {
  let cash: ReturnType<typeof makeWorld>;
  let its: Furniture;
  let standard: Readonly<Record<StandardAccount, string>>;
  beforeEach(async () => {
    cash = makeWorld();
    its = await seedAccounts(cash);
    const id = (code: StandardAccount) => cash.withLedger((ledger) => ledger.standardAccount(code));
    standard = {
      'shop-income': await id('shop-income'),
      'clinic-income': await id('clinic-income'),
      'card-clearing': await id('card-clearing'),
      'desk-cash': await id('desk-cash'),
      'opening-balances': await id('opening-balances'),
    };
  });
  /** Posts as an order does. */
  const settle = (from: StandardAccount, to: StandardAccount, amount: number, event = ORIGIN.event) =>
    cash.withLedger((ledger) =>
      ledger.post({
        ...{ from: standard[from], to: standard[to], amount, currency: 'EUR' },
        origin: { ...ORIGIN, event },
      }),
    );
  const post = (sourceAccountId: string, targetAccountId: string, amount = 100) =>
    cash.postTransaction({ sourceAccountId, targetAccountId, amount: eur(amount), createdBy: CLERK });
  const balanceOf = async (accountId: string) => (await cash.viewAccount({ accountId: accountId })).balance;

  it('get back what a payment brought through its order or appointment alone', async () => {
    const { id } = await settle('shop-income', 'desk-cash', 2_000);
    const refused = await cash.refuses(
      () => cash.refundTransaction({ id, amount: eur(1), createdBy: CLERK }),
      'owned-by-origin',
    );
    expect(refused.details).to.deep.equal({ origin: ORIGIN });
    for (const date of ['original', 'today'] as const)
      await cash.refuses(() => cash.reverseTransaction({ id, date, createdBy: CLERK }), 'owned-by-origin');
    expect(await balanceOf(standard['desk-cash'])).to.equal(2_000);
  });

  for (const code of ['shop-income', 'clinic-income'] as const)
    it(`take nothing but payments and refunds as ${code}`, async () => {
      const owned = standard[code];
      for (const [source, target] of [
        [owned, its.drawer],
        [its.origin, owned],
      ] as const) {
        const refused = await cash.refuses(() => post(source, target), 'owned-account');
        expect(refused.details).to.deep.equal({ accountId: owned });
        const item = { sourceAccountId: source, targetAccountId: target, amount: eur(1) };
        const transactions = [
          { sourceAccountId: its.origin, targetAccountId: its.drawer, amount: eur(1) },
          item,
        ];
        for (const dryRun of [true, false]) {
          const batch = await cash.refuses(
            () => cash.postBatch({ transactions, dryRun, createdBy: CLERK }),
            'owned-account',
          );
          expect(batch.details).to.deep.equal({ accountId: owned, index: 1 });
        }
        await cash.refuses(() => cash.placeHold({ ...item, createdBy: CLERK }), 'owned-account');
      }
      await post(its.income, standard['desk-cash']);
      await settle(code, 'card-clearing', 300);
      expect(await balanceOf(owned)).to.equal(-300);
    });

  it('take no difference of a reconciliation as income of shop or clinic', async () => {
    const reconcile = (accountId: string) =>
      cash.reconcile({
        realAccountId: its.bank.id,
        through: '2026-11-20',
        closingBalance: eur(700),
        adjustment: { accountId },
        reconciledBy: null,
      });
    await cash.refuses(() => reconcile(standard['shop-income']), 'owned-account');
    await reconcile(its.income);
  });

  it('have no floor, are not archived and stay what and where they are', async () => {
    for (const [code, id] of Object.entries(standard))
      for (const change of [
        { floor: eur(0) },
        { floor: eur(-1_000_000) },
        { archived: true },
        { type: code === 'desk-cash' ? ('income' as const) : ('expense' as const) },
      ])
        await cash.refuses(
          () => cash.changeAccount({ id, expectedVersion: null, ...change }),
          'account-in-use',
        );
    for (const code of ['shop-income', 'clinic-income'] as const)
      await cash.refuses(
        () => cash.changeAccount({ id: standard[code], expectedVersion: null, realAccountId: its.world.id }),
        'account-in-use',
      );
    for (const code of ['shop-income', 'card-clearing', 'desk-cash'] as const) {
      const { realAccountId: id } = await cash.viewAccount({ accountId: standard[code] });
      await cash.refuses(
        () => cash.changeRealAccount({ id, expectedVersion: null, archived: true }),
        'account-in-use',
      );
      await cash.changeRealAccount({ id, expectedVersion: null, name: 'Renamed' });
    }
    const named = {
      id: standard['desk-cash'],
      expectedVersion: null,
      name: 'Till',
      goal: eur(5),
      floor: null,
    };
    expect(await cash.changeAccount(named)).to.include({ name: 'Till', goal: 5, floor: null });
  });

  it('take payments and refunds at any balance', async () => {
    await settle('desk-cash', 'shop-income', 5_000, 'refund:1');
    await settle('card-clearing', 'clinic-income', 7_000, 'refund:2');
    expect(await balanceOf(standard['desk-cash'])).to.equal(-5_000);
    expect(await balanceOf(standard['card-clearing'])).to.equal(-7_000);
  });

  it('take payments whatever staff hold on them', async () => {
    await settle('shop-income', 'desk-cash', 1_000);
    const hold = { sourceAccountId: standard['desk-cash'], targetAccountId: its.unallocated };
    await cash.placeHold({ ...hold, amount: eur(900), createdBy: CLERK });
    await settle('desk-cash', 'shop-income', 1_000, 'refund:1');
    expect(await balanceOf(standard['desk-cash'])).to.equal(0);
  });

  it('keep room for payments when staff post an absurd amount', async () => {
    const most = 2 ** 52;
    await post(its.origin, standard['desk-cash'], most);
    const refused = await expectCode(post(its.origin, standard['desk-cash'], 1), 'validation');
    expect(pointersOf(refused)).to.deep.equal(['/amount']);
    await settle('shop-income', 'desk-cash', 1_000_000_000_000);
    const held = await cash.placeHold({
      sourceAccountId: its.income,
      targetAccountId: standard['card-clearing'],
      amount: eur(most + 1),
      createdBy: CLERK,
    });
    await expectCode(cash.captureHold({ id: held.id, createdBy: CLERK }), 'validation');
    expect(await balanceOf(standard['card-clearing'])).to.equal(0);
  });

  it('take a payment from a process whose clock is behind the one that closed the month', async () => {
    const { realAccountId } = await cash.viewAccount({ accountId: standard['desk-cash'] });
    const midnight = new Date('2026-11-30T23:00:00.000Z'); // in Berlin
    cash.clock.advance(midnight.getTime() - cash.clock.now().getTime() + SECOND);
    await cash.closePeriod({ realAccountId, period: '2026-11', closedBy: null });
    cash.clock.advance(-MINUTE);
    const { id } = await settle('shop-income', 'desk-cash', 500);
    expect(await cash.viewTransaction({ transactionId: id })).to.deep.include({
      effectiveAt: midnight,
      postedAt: midnight,
    });
    cash.clock.advance(-DAY);
    const late = {
      sourceAccountId: its.origin,
      targetAccountId: standard['desk-cash'],
      amount: eur(1),
      effectiveAt: plus(midnight, -1),
      createdBy: CLERK,
    };
    await cash.refuses(() => cash.postTransaction(late), 'period-closed');
  });
});
