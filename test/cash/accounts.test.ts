import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.js';
import { newAccount, restoreAccount } from '../../src/cash/domain/account.js';
import { newRealAccount, restoreRealAccount } from '../../src/cash/domain/real-account.js';
import { pointersOf } from '../support/expect-code.js';
import { NOWHERE, eur, seedAccounts, makeWorld, type Furniture, usd } from './world.js';

const NOW = new Date('2026-11-21T09:00:00.000Z');

describe('accounts', () => {
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
    targetRealAccountId?: string,
  ) =>
    cash.postTransaction({
      ...{ sourceAccountId, targetAccountId, targetRealAccountId, amount: eur(amount), createdBy: null },
    });
  const open = (changes: Partial<Parameters<typeof cash.openAccount>[0]> = {}) =>
    cash.openAccount({ name: 'Envelope', realAccountId: its.bank.id, type: 'asset', ...changes });
  type Changes = Omit<Parameters<typeof cash.changeAccount>[0], 'id' | 'expectedVersion'>;
  const change = (id: string, changes: Changes, expectedVersion: number | null = null) =>
    cash.changeAccount({ id, expectedVersion, ...changes });
  type RealChanges = Omit<Parameters<typeof cash.changeRealAccount>[0], 'id' | 'expectedVersion'>;
  const changeReal = (id: string, changes: RealChanges, expectedVersion: number | null = null) =>
    cash.changeRealAccount({ id, expectedVersion, ...changes });
  const hold = (sourceAccountId: string, amount: number) =>
    cash.placeHold({
      ...{ sourceAccountId, targetAccountId: its.expense, amount: eur(amount), createdBy: null },
    });
  const account = (id: string) => cash.viewAccount({ accountId: id });
  const abroad = () => cash.openRealAccount({ name: 'Abroad', kind: 'bank', currency: 'USD' });

  describe('real accounts', () => {
    it('open with a default envelope of type asset, or equity if external', async () => {
      expect(
        await cash.openRealAccount({
          ...{ name: ' Giro ', kind: 'bank', currency: 'EUR', iban: 'de89 3704 0044 0532 0130 00' },
        }),
      ).to.deep.include({
        code: null,
        name: 'Giro',
        iban: 'DE89370400440532013000',
        archivedAt: null,
        closedThrough: null,
        createdAt: cash.clock.now(),
        updatedAt: cash.clock.now(),
        version: 1,
        balance: 0,
      });
      expect(await account(its.unallocated)).to.deep.include({ type: 'asset', floor: 0, isDefault: true });
      expect(await account(its.origin)).to.deep.include({ type: 'equity', floor: null, isDefault: true });
    });

    it('reject an invalid name, currency or IBAN', async () => {
      for (const [changes, pointer] of [
        [{ name: ' ' }, '/name'],
        [{ name: 'x'.repeat(201) }, '/name'],
        [{ currency: 'EURO' }, '/currency'],
        [{ iban: 'DE89370400440532013001' }, '/iban'],
      ] as const) {
        const error = await cash.refuses(
          () => cash.openRealAccount({ name: 'Giro', kind: 'bank', currency: 'EUR', ...changes }),
          'validation',
        );
        expect(pointersOf(error)).to.deep.equal([pointer]);
      }
    });

    it('change the given fields only, and reject a stale version', async () => {
      await cash.refuses(() => changeReal(its.bank.id, { name: 'X' }, 2), 'version-mismatch');
      await cash.refuses(() => changeReal(NOWHERE, { name: 'X' }), 'not-found');
      await cash.refuses(() => changeReal(its.bank.id, { name: '' }), 'validation');
      cash.clock.advance(MINUTE);
      const iban = 'DE89370400440532013000';
      expect(await changeReal(its.bank.id, { iban, kind: 'cash' }, 1)).to.deep.include({
        ...{ name: 'Bank', iban, kind: 'cash', version: 2, updatedAt: cash.clock.now() },
      });
      cash.clock.advance(-2 * MINUTE);
      const changed = await changeReal(its.bank.id, { name: 'Giro' });
      expect(changed).to.deep.include({ name: 'Giro', iban, version: 3 });
      expect(changed.updatedAt > cash.clock.now()).to.equal(true);
      expect((await changeReal(its.bank.id, { iban: null })).iban).to.equal(null);
    });

    it('are archived when they have no money and no holds, and can be restored', async () => {
      await post(its.origin, its.rent, 10);
      await cash.refuses(() => changeReal(its.bank.id, { archived: true }), 'balance-not-zero');
      await post(its.rent, its.expense, 10);
      const archivedAt = cash.clock.now();
      expect((await changeReal(its.bank.id, { archived: true })).archivedAt).to.deep.equal(archivedAt);
      cash.clock.advance(MINUTE);
      expect((await changeReal(its.bank.id, { archived: true })).archivedAt).to.deep.equal(archivedAt);
      expect((await changeReal(its.bank.id, { name: 'Old' })).archivedAt).to.deep.equal(archivedAt);
      await cash.refuses(() => post(its.origin, its.rent, 10), 'account-archived');
      await cash.refuses(() => open(), 'account-archived');
      expect((await changeReal(its.bank.id, { archived: false })).archivedAt).to.equal(null);
      await post(its.origin, its.rent, 10);
    });

    it('are not archived while holds are open, even if the balances add up to zero', async () => {
      await change(its.rent, { floor: null });
      await hold(its.rent, 10);
      await cash.refuses(() => changeReal(its.bank.id, { archived: true }), 'balance-not-zero');
    });

    it('are deleted with their default envelope if they have no other accounts', async () => {
      const { id, defaultAccountId } = await abroad();
      await cash.refuses(() => cash.deleteRealAccount({ id, expectedVersion: 2 }), 'version-mismatch');
      await cash.refuses(() => cash.deleteRealAccount({ id: NOWHERE }), 'not-found');
      await cash.refuses(() => cash.deleteRealAccount({ id: its.bank.id }), 'account-in-use');
      await cash.deleteRealAccount({ id, expectedVersion: 1 });
      await cash.refuses(() => account(defaultAccountId), 'not-found');
      await cash.refuses(() => cash.viewRealAccount({ realAccountId: id }), 'not-found');
    });
  });

  describe('envelopes', () => {
    it('open with the given floor, by default zero for assets and none for other types', async () => {
      expect(await open({ name: ' Rent ', goal: eur(5_000) })).to.deep.include({
        ...{ name: 'Rent', type: 'asset', currency: 'EUR', floor: 0, goal: 5_000, isDefault: false },
        ...{ archivedAt: null, version: 1, balance: 0, createdAt: cash.clock.now() },
      });
      expect((await open({ type: 'income' })).floor).to.equal(null);
      expect((await open({ floor: eur(-100) })).floor).to.equal(-100);
      expect((await open({ floor: null })).floor).to.equal(null);
    });

    it('reject invalid fields and name each of them', async () => {
      for (const [changes, pointer] of [
        [{ realAccountId: NOWHERE }, '/realAccountId'],
        [{ name: '' }, '/name'],
      ] as const)
        expect(pointersOf(await cash.refuses(() => open(changes), 'validation'))).to.deep.equal([pointer]);
      for (const [changes, pointer] of [
        [{ floor: usd(0) }, '/floor/currency'],
        [{ goal: usd(1) }, '/goal/currency'],
      ] as const)
        expect(pointersOf(await cash.refuses(() => open(changes), 'currency-mismatch'))).to.deep.equal([
          pointer,
        ]);
      await cash.refuses(() => open({ floor: eur(1) }), 'below-floor');
    });

    it('change the given fields only, and reject a stale version', async () => {
      await cash.refuses(() => change(its.rent, { name: 'X' }, 2), 'version-mismatch');
      await cash.refuses(() => change(NOWHERE, { name: 'X' }), 'not-found');
      await cash.refuses(() => change(its.rent, { name: '' }), 'validation');
      await cash.refuses(() => change(its.rent, { floor: usd(0) }), 'currency-mismatch');
      await cash.refuses(() => change(its.rent, { goal: usd(0) }), 'currency-mismatch');
      cash.clock.advance(MINUTE);
      expect(await change(its.rent, { goal: eur(9) }, 1)).to.deep.include({
        ...{ name: 'Rent', floor: 0, goal: 9, version: 2, updatedAt: cash.clock.now() },
      });
      cash.clock.advance(-2 * MINUTE);
      const changed = await change(its.rent, { name: 'Flat' });
      expect(changed).to.deep.include({ name: 'Flat', goal: 9, version: 3 });
      expect(changed.updatedAt > cash.clock.now()).to.equal(true);
      expect((await change(its.rent, { goal: null })).goal).to.equal(null);
    });

    it('accept a new floor only if the balance less holds is not below it', async () => {
      await post(its.origin, its.rent, 100);
      await hold(its.rent, 30);
      await cash.refuses(() => change(its.rent, { floor: eur(71) }), 'below-floor');
      await change(its.rent, { floor: eur(70) });
      await change(its.rent, { name: 'Still' });
      await cash.refuses(() => post(its.rent, its.expense, 1), 'insufficient-funds');
    });

    it('apply the floor to the amount in each real account separately', async () => {
      await post(its.origin, its.rent, 100);
      await post(its.origin, its.rent, 50, its.desk.id);
      await cash.refuses(() => change(its.rent, { floor: eur(51) }), 'below-floor');
      await change(its.rent, { floor: eur(50) });
    });

    it('are archived when no real account has money or holds of them, and can be restored', async () => {
      await post(its.origin, its.rent, 100, its.desk.id);
      await cash.refuses(() => change(its.rent, { archived: true }), 'balance-not-zero');
      await post(its.origin, its.unallocated, 1);
      await cash.postTransaction({
        ...{ sourceAccountId: its.rent, sourceRealAccountId: its.desk.id, targetAccountId: its.expense },
        ...{ amount: eur(100), createdBy: null },
      });
      const archivedAt = cash.clock.now();
      expect((await change(its.rent, { archived: true })).archivedAt).to.deep.equal(archivedAt);
      cash.clock.advance(MINUTE);
      expect((await change(its.rent, { archived: true })).archivedAt).to.deep.equal(archivedAt);
      expect((await change(its.rent, { name: 'Old' })).archivedAt).to.deep.equal(archivedAt);
      expect((await change(its.rent, { archived: false })).archivedAt).to.equal(null);
      await post(its.origin, its.rent, 10);
    });

    it('are not archived while holds on them are open, even if the amounts add up to zero', async () => {
      await change(its.rent, { floor: null });
      await hold(its.rent, 10);
      await cash.refuses(() => change(its.rent, { archived: true }), 'balance-not-zero');
    });

    it('keep their balance when they become hot and when they stop being hot', async () => {
      await post(its.income, its.unallocated, 100);
      const amountOf = async () =>
        (await cash.listAmounts({ filter: { accountId: its.income }, page: { limit: 2 } })).items[0]!.amount;
      await change(its.income, { type: 'equity' });
      await post(its.income, its.unallocated, 20);
      expect(await amountOf()).to.equal(-120);
      await cash.refuses(() => change(its.income, { floor: eur(-119) }), 'below-floor');
      await change(its.income, { floor: eur(-120) });
      await cash.refuses(() => post(its.income, its.unallocated, 1), 'insufficient-funds');
      await change(its.income, { type: 'income', floor: null });
      await post(its.income, its.unallocated, 1);
      expect(await amountOf()).to.equal(-121);
    });

    it('move to another home: new money goes there, existing money stays', async () => {
      await post(its.origin, its.rent, 100);
      expect((await change(its.rent, { realAccountId: its.desk.id })).realAccountId).to.equal(its.desk.id);
      await post(its.origin, its.rent, 7);
      const there = (await cash.listAmounts({ filter: { accountId: its.rent }, page: { limit: 9 } })).items;
      expect(there.map(({ realAccountId, amount }) => [realAccountId, amount])).to.have.deep.members([
        [its.bank.id, 100],
        [its.desk.id, 7],
      ]);
    });

    it('cannot move to an unknown or archived real account or one of another currency, nor with a floor above zero', async () => {
      const { id: realAccountId } = await abroad();
      for (const [changes, code] of [
        [{ realAccountId: NOWHERE }, 'validation'],
        [{ realAccountId }, 'currency-mismatch'],
        [{ realAccountId: its.desk.id, floor: eur(1) }, 'below-floor'],
      ] as const) {
        const error = await cash.refuses(() => change(its.rent, changes), code);
        if (code !== 'below-floor') expect(pointersOf(error)).to.deep.equal(['/realAccountId']);
      }
      await changeReal(its.desk.id, { archived: true });
      await cash.refuses(() => change(its.rent, { realAccountId: its.desk.id }), 'account-archived');
      await cash.refuses(() => change(its.unallocated, { realAccountId: its.world.id }), 'account-in-use');
    });

    it('cannot move or be archived alone when they are the default of their real account', async () => {
      await cash.refuses(() => change(its.unallocated, { archived: true }), 'account-in-use');
      await change(its.unallocated, { name: 'Rest', realAccountId: its.bank.id, archived: false });
      await cash.refuses(() => cash.deleteAccount({ id: its.unallocated }), 'account-in-use');
    });

    it('are deleted only if they have no postings and no holds', async () => {
      await cash.refuses(() => cash.deleteAccount({ id: NOWHERE }), 'not-found');
      await cash.refuses(() => cash.deleteAccount({ id: its.rent, expectedVersion: 2 }), 'version-mismatch');
      await post(its.origin, its.rent, 1);
      await cash.refuses(() => cash.deleteAccount({ id: its.rent }), 'account-in-use');
      const { id } = await open();
      await cash.deleteAccount({ id, expectedVersion: 1 });
      await cash.refuses(() => account(id), 'not-found');
    });

    it('are not deleted when they are standard accounts', async () => {
      const id = await cash.withLedger((ledger) => ledger.standardAccount('shop-income'));
      await cash.refuses(() => cash.deleteAccount({ id }), 'account-in-use');
      const { realAccountId } = await account(id);
      await cash.refuses(() => cash.deleteRealAccount({ id: realAccountId }), 'account-in-use');
    });
  });

  it('are not restored from a row that violates a rule', () => {
    const envelope = newAccount(
      { id: 'e', name: 'E', realAccountId: 'r', type: 'asset', currency: 'EUR', goal: 1 },
      NOW,
    );
    for (const wrong of [
      { type: 'debt' as 'asset' },
      { floor: 0.5 },
      { goal: Number.MAX_SAFE_INTEGER + 1 },
      { version: 0 },
      { version: 1.5 },
    ])
      expect(() => restoreAccount({ ...envelope, ...wrong }), JSON.stringify(wrong)).to.throw(
        'corrupt account e',
      );
    expect(restoreAccount({ ...envelope, floor: null, goal: null })).to.include({ floor: null, goal: null });
    const real = newRealAccount({ id: 'r', name: 'R', kind: 'bank', currency: 'EUR' }, NOW);
    for (const wrong of [
      { currency: 'EURO' },
      { kind: 'sock' as 'cash' },
      { iban: 'DE' },
      { closedThrough: '2026-10' },
      { closedUntil: NOW },
      { version: 0 },
      { version: 1.5 },
    ])
      expect(() => restoreRealAccount({ ...real, ...wrong }), JSON.stringify(wrong)).to.throw(
        'corrupt real account r',
      );
  });
});
