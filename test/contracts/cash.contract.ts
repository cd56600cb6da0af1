import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { PageKey } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { Amount, CashPorts, CashQueries } from '../../src/cash/application/ports.js';
import { changeAccount, newAccount } from '../../src/cash/domain/account.js';
import { expireHold, newHold, voidHold } from '../../src/cash/domain/hold.js';
import { changeRealAccount, closeThrough, newRealAccount } from '../../src/cash/domain/real-account.js';
import { sideOf, type Transaction } from '../../src/cash/domain/transaction.js';
import { anEntry, givenAccounts, ids, T0 } from '../support/builders/cash.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type CashAdapters = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; cashQueries: CashQueries }>;

const UNKNOWN = '01940000-0000-7000-8000-ffffffffffff';
const T1 = plus(T0, DAY);

/** What every adapter of cash's ports must do. `adapters` is asked in each test; `before` has opened them by then. */
export function cashContract(adapters: () => CashAdapters): void {
  const run: UnitOfWork<CashPorts>['run'] = (work) => adapters().cashUnitOfWork.run(work);
  const given = () => run((ports) => givenAccounts(ports));
  type Given = Awaited<ReturnType<typeof given>>;

  const lock = async ({ amounts }: CashPorts, ...accountIds: string[]): Promise<Amount[]> => {
    const locked = await amounts.lock(
      accountIds.map((accountId) => ({ accountId })),
      'posting',
    );
    return locked.map((amount) => {
      if (amount === undefined) throw new Error('no such amount');
      return amount;
    });
  };
  /** Posts from the envelope, which has no floor, to the default one. */
  const post = (
    { envelope, unallocated }: Given,
    amountMinor: number,
    changes: Partial<Transaction> = {},
    accounts: readonly [string, string] = [envelope.id, unallocated.id],
  ) =>
    run(async (ports) => {
      const [source, target] = await lock(ports, ...accounts);
      const { entry, amounts } = anEntry(source!, target!, amountMinor, changes);
      const [posted] = await ports.books.write({ entries: [entry], amounts });
      return posted!;
    });
  const balanceOf = async (accountId: string): Promise<number | undefined> =>
    (await adapters().cashQueries.balance({ accountId }, T1, 'effective'))?.balance;

  describe('a unit of work', () => {
    it('rolls back when the work throws', async () => {
      const there = await given();
      const thrown = new Error('and then it fails');
      let made: Given | undefined;
      const error = await rejection(
        run(async (ports) => {
          made = await givenAccounts(ports);
          await ports.accounts.save(changeAccount(there.envelope, { name: 'Changed' }, T1));
          const [source, target] = await lock(ports, there.envelope.id, there.unallocated.id);
          const { entry, amounts } = anEntry(source!, target!, 100);
          await ports.books.write({ entries: [entry], amounts });
          throw thrown;
        }),
      );
      expect(error).to.equal(thrown);
      const { cashQueries } = adapters();
      expect(await cashQueries.realAccount(made!.realAccount.id)).to.equal(undefined);
      expect((await cashQueries.account(there.envelope.id))?.name).to.equal('Rent');
      expect(await balanceOf(there.unallocated.id)).to.equal(0);
    });

    it('reads its own writes', async () => {
      await run(async (ports) => {
        const { unallocated } = await givenAccounts(ports);
        expect(await ports.cashQueries.account(unallocated.id)).to.deep.equal({ ...unallocated, balance: 0 });
      });
    });
  });

  describe('accounts', () => {
    it('are read as they were saved, including the largest numbers', async () => {
      const { realAccount, envelope } = await given();
      const changed = await run(async ({ realAccounts, accounts }) => {
        expect(await realAccounts.find(realAccount.id)).to.deep.equal(realAccount);
        expect(await realAccounts.lock(realAccount.id)).to.deep.equal(realAccount);
        expect(await accounts.find(envelope.id)).to.deep.equal(envelope);
        expect(await accounts.lock(envelope.id)).to.deep.equal(envelope);
        const iban = 'DE89370400440532013000';
        await realAccounts.save(changeRealAccount(realAccount, { name: 'Zoë\u2019s 🦷', iban }, T1));
        return accounts.save(changeAccount(envelope, { floor: -Number.MAX_SAFE_INTEGER }, T1));
      });
      expect(changed).to.include({ version: 2, floor: -Number.MAX_SAFE_INTEGER });
      expect(await adapters().cashQueries.account(envelope.id)).to.deep.equal({ ...changed, balance: 0 });
      expect(await adapters().cashQueries.realAccount(realAccount.id)).to.deep.include({
        name: 'Zoë\u2019s 🦷',
        iban: 'DE89370400440532013000',
        version: 2,
      });
    });

    it('are undefined when unknown', async () => {
      const { cashQueries } = adapters();
      expect(await cashQueries.realAccount(UNKNOWN)).to.equal(undefined);
      expect(await cashQueries.account(UNKNOWN)).to.equal(undefined);
      expect(await cashQueries.amount(UNKNOWN, T0)).to.equal(undefined);
      expect(await cashQueries.transaction(UNKNOWN)).to.equal(undefined);
      expect(await cashQueries.hold(UNKNOWN)).to.equal(undefined);
      expect(await cashQueries.balance({ accountId: UNKNOWN }, T0, 'recorded')).to.equal(undefined);
      const range = { from: null, to: T1 };
      expect(await cashQueries.statement({ realAccountId: UNKNOWN }, range, 10)).to.equal(undefined);
      await run(async ({ realAccounts, accounts, amounts, books, holds }) => {
        expect(await realAccounts.lock(UNKNOWN)).to.equal(undefined);
        expect(await accounts.lock(UNKNOWN)).to.equal(undefined);
        expect(await accounts.findByCode('nothing')).to.equal(undefined);
        expect(await amounts.lock([{ accountId: UNKNOWN }], 'posting')).to.deep.equal([undefined]);
        expect(await amounts.lockByIds([UNKNOWN])).to.deep.equal([]);
        expect(await books.find(UNKNOWN)).to.equal(undefined);
        expect(await holds.find(UNKNOWN)).to.equal(undefined);
      });
    });

    it('are not saved over another version', async () => {
      const { realAccount, envelope } = await given();
      await run(({ accounts }) => accounts.save(changeAccount(envelope, { name: 'A' }, T1)));
      await expectCode(
        run(({ accounts }) => accounts.save(changeAccount(envelope, { name: 'B' }, T1))),
        'version-mismatch',
      );
      await run(({ realAccounts }) => realAccounts.save(changeRealAccount(realAccount, { name: 'A' }, T1)));
      await expectCode(
        run(({ realAccounts }) => realAccounts.save(changeRealAccount(realAccount, { name: 'B' }, T1))),
        'version-mismatch',
      );
    });

    it('can be deleted before the first posting', async () => {
      const [used, unused] = [await given(), await given()];
      await post(used, 100);
      await expectCode(
        run(({ accounts }) => accounts.delete(used.envelope.id)),
        'account-in-use',
      );
      await expectCode(
        run(({ realAccounts }) => realAccounts.delete(unused.realAccount.id)),
        'account-in-use',
      );
      await run(async ({ accounts, realAccounts }) => {
        await accounts.delete(unused.envelope.id);
        await accounts.delete(unused.income.id);
        await realAccounts.delete(unused.realAccount.id);
      });
      expect(await adapters().cashQueries.account(unused.unallocated.id)).to.equal(undefined);
      expect((await adapters().cashQueries.account(used.envelope.id))?.balance).to.equal(-100);
    });

    it('with a code are created once', async () => {
      const standard = () => {
        const realAccount = newRealAccount(
          { id: ids.next(), code: 'c-world', name: 'World', kind: 'external', currency: 'EUR' },
          T0,
        );
        const account = newAccount(
          {
            id: ids.next(),
            code: 'c-income',
            name: 'Income',
            realAccountId: realAccount.id,
            type: 'income',
            currency: 'EUR',
          },
          T0,
        );
        return run(({ accounts }) => accounts.ensure([realAccount], [{ ...account, code: 'c-income' }]));
      };
      await standard();
      const first = await run(({ accounts }) => accounts.findByCode('c-income'));
      await standard();
      expect(await run(({ accounts }) => accounts.findByCode('c-income'))).to.deep.equal(first);
      const codes = await run(({ accounts }) => accounts.standardCodes());
      expect([...codes].filter(([, code]) => code === 'c-income')).to.deep.equal([[first!.id, 'c-income']]);
      const { envelope } = await given();
      expect(codes.has(envelope.id)).to.equal(false);
    });
  });

  describe('amounts', () => {
    it('are locked and returned in the requested order, one object for each', async () => {
      const { envelope, unallocated, realAccount } = await given();
      await run(async ({ amounts }) => {
        const places = [
          { accountId: unallocated.id },
          { accountId: envelope.id, realAccountId: realAccount.id },
          { accountId: unallocated.id, realAccountId: realAccount.id },
          { accountId: envelope.id, realAccountId: UNKNOWN },
        ];
        expect(await amounts.missing(places)).to.deep.equal([places[3]]);
        const [first, second, third, fourth] = await amounts.lock(places, 'exclusive');
        expect([first?.accountId, second?.accountId]).to.deep.equal([unallocated.id, envelope.id]);
        expect(third).to.equal(first);
        expect(fourth).to.equal(undefined);
        const both = [first!.id, second!.id].sort();
        expect((await amounts.lockByIds([...both].reverse())).map(({ id }) => id)).to.deep.equal(both);
      });
    });

    it('are deleted only by the transaction that created them', async () => {
      const [here, other] = [await given(), await given()];
      const place = { accountId: here.envelope.id, realAccountId: other.realAccount.id };
      const made = { id: ids.next(), ...place };
      const there = async () => (await run(({ amounts }) => amounts.missing([place]))).length === 0;
      await run(async ({ amounts }) => {
        await amounts.ensure(made);
        await amounts.deleteUnused([made.id]);
      });
      expect(await there()).to.equal(false);
      await run(({ amounts }) => amounts.ensure(made));
      await run(async ({ amounts }) => {
        const late = { id: ids.next(), ...place };
        await amounts.ensure(late);
        await amounts.deleteUnused([late.id]);
      });
      expect(await there()).to.equal(true);
    });

    it('are created once, and only in the common currency of both accounts', async () => {
      const [here, there] = [await given(), await run((ports) => givenAccounts(ports, 'JPY'))];
      const other = await given();
      await run(async ({ amounts }) => {
        const place = { accountId: here.envelope.id, realAccountId: other.realAccount.id };
        await amounts.ensure({ id: ids.next(), ...place });
        await amounts.ensure({ id: ids.next(), ...place });
        await amounts.ensure({
          id: ids.next(),
          accountId: here.envelope.id,
          realAccountId: there.realAccount.id,
        });
      });
      const { items } = await adapters().cashQueries.amounts(
        { accountId: here.envelope.id },
        { limit: 10 },
        T0,
      );
      expect(items.map(({ realAccountId }) => realAccountId).sort()).to.deep.equal(
        [here.realAccount.id, other.realAccount.id].sort(),
      );
    });

    it('follow changes of their accounts, and keep their balance when they become hot or cold', async () => {
      const books = await given();
      const { income, unallocated, realAccount } = books;
      await post(books, 500, {}, [income.id, unallocated.id]);
      const closedUntil = plus(T0, -30 * DAY);
      const [cold] = await run(async ({ accounts, realAccounts, amounts }) => {
        const scope = { accountId: income.id };
        expect((await amounts.lockScope(scope)).map(({ amount, hot }) => [amount, hot])).to.deep.equal([
          [-500, true],
        ]);
        await accounts.save(changeAccount(income, { floor: -1_000 }, T1));
        await realAccounts.save(closeThrough(realAccount, '2026-09', closedUntil, T1));
        await amounts.refresh(scope);
        return amounts.lockScope(scope);
      });
      expect(cold).to.deep.include({ amount: -500, floor: -1_000, hot: false, frozen: false, closedUntil });
      await post(books, 100, {}, [income.id, unallocated.id]);
      const [hot] = await run(async ({ accounts, amounts }) => {
        const account = (await accounts.lock(income.id))!;
        await accounts.save(changeAccount(account, { floor: null, archived: true }, T1));
        await amounts.lockScope({ accountId: income.id });
        await amounts.refresh({ accountId: income.id });
        return amounts.lockScope({ accountId: income.id });
      });
      expect(hot).to.deep.include({ amount: -600, floor: null, hot: true, frozen: true, version: 1 });
    });

    it('return the effective time of the first posting and the time of the last one', async () => {
      const books = await given();
      const at = (days: number) => plus(T0, -days * DAY);
      await post(books, 1, { effectiveAt: at(10), postedAt: at(1) });
      await post(books, 1, { effectiveAt: at(20), postedAt: at(2) });
      const { id } = books.realAccount;
      await run(async ({ amounts }) => {
        expect(await amounts.firstEffective(id, { from: null, to: T0 })).to.deep.equal(at(20));
        expect(await amounts.firstEffective(id, { from: at(19), to: T0 })).to.deep.equal(at(10));
        expect(await amounts.firstEffective(id, { from: null, to: at(20) })).to.equal(undefined);
        expect(await amounts.lastPosted(id, at(15))).to.deep.equal(at(2));
        expect(await amounts.lastPosted(id, T0)).to.deep.equal(at(1));
        expect(await amounts.lastPosted(id, at(20))).to.equal(undefined);
      });
    });
  });

  describe('the books', () => {
    it('return postings as they were saved', async () => {
      const books = await given();
      const first = await post(books, 100, {
        description: 'Zoë\u2019s 🦷',
        effectiveAt: plus(T0, -DAY),
        origin: { type: 'order', id: 'o-7', event: 'payment:1' },
      });
      const back = await post(books, 40, { refundOf: first.id }, [books.unallocated.id, books.envelope.id]);
      expect(first.number).to.be.lessThan(back.number);
      await run(async ({ books: port }) => {
        expect(await port.find(first.id)).to.deep.equal(first);
        expect(await port.find(back.id)).to.deep.equal(back);
        expect(await port.findByOrigin({ type: 'order', id: 'o-7', event: 'payment:1' })).to.deep.equal(
          first,
        );
        expect(await port.findByOrigin({ type: 'order', id: 'o-7', event: 'payment:2' })).to.equal(undefined);
        expect(await port.reversalStatus(first.id)).to.deep.equal({ reversed: false, refunded: 40 });
        expect(await port.reversalStatus(back.id)).to.deep.equal({ reversed: false, refunded: 0 });
      });
      expect(await adapters().cashQueries.transaction(first.id)).to.deep.equal(first);
    });

    it('number the transactions of a batch in their order', async () => {
      const books = await given();
      const posted = await run(async (ports) => {
        const [source, target] = await lock(ports, books.envelope.id, books.unallocated.id);
        const [now, before] = [new Map<string, Amount>(), [source!, target!]];
        for (const amount of before) now.set(amount.id, amount);
        const entries = [];
        const batch = { id: ids.next(), createdAt: T0, createdBy: null };
        for (let n = 1; n <= 20; n += 1) {
          const made = anEntry(now.get(source!.id)!, now.get(target!.id)!, n, { batchId: batch.id });
          for (const { after } of made.amounts) now.set(after.id, after);
          entries.push(made.entry);
        }
        const amounts = before.map((amount) => ({ before: amount, after: now.get(amount.id)! }));
        return ports.books.write({ batch, entries, amounts });
      });
      expect(posted.map(({ amount }) => amount)).to.deep.equal(Array.from({ length: 20 }, (_, n) => n + 1));
      const numbers = posted.map(({ number }) => number);
      expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers)).to.have.property('size', 20);
    });

    it('store sums up to 2^53-1 exactly', async () => {
      const books = await given();
      await post(books, Number.MAX_SAFE_INTEGER - 1);
      await post(books, 1);
      expect(await balanceOf(books.unallocated.id)).to.equal(Number.MAX_SAFE_INTEGER);
      expect(await balanceOf(books.envelope.id)).to.equal(-Number.MAX_SAFE_INTEGER);
    });

    it('refuse a sum above 2^53-1 with sum-too-large', async () => {
      const books = await given();
      const back = [books.unallocated.id, books.envelope.id] as const;
      await post(books, Number.MAX_SAFE_INTEGER);
      await post(books, Number.MAX_SAFE_INTEGER, {}, back);
      await post(books, Number.MAX_SAFE_INTEGER, { effectiveAt: new Date(0) });
      const range = { from: null, to: new Date(T1.getTime() + 1) };
      await expectCode(
        adapters().cashQueries.statement({ accountId: books.unallocated.id }, range, 10),
        'sum-too-large',
      );
      expect(await balanceOf(books.unallocated.id)).to.equal(Number.MAX_SAFE_INTEGER);
    });

    it('accept postings to a hot account above 2^53-1, and refuse to read its sum', async () => {
      const books = await given();
      const { income, unallocated, envelope } = books;
      const all = Number.MAX_SAFE_INTEGER;
      await post(books, all, {}, [income.id, unallocated.id]);
      await post(books, all, {}, [unallocated.id, envelope.id]);
      await post(books, all, {}, [income.id, unallocated.id]);
      await expectCode(
        run(({ amounts }) => amounts.lockScope({ accountId: income.id })),
        'sum-too-large',
      );
    });

    it('do not move the checkpoint of a hot account while its sum is above 2^53-1', async () => {
      const books = await given();
      const { income, unallocated, envelope } = books;
      const all = Number.MAX_SAFE_INTEGER;
      const atCheckpoint = (): Promise<number> =>
        run(async (ports) => {
          const [before] = await lock(ports, income.id);
          await ports.amounts.checkpoint(before!.id);
          const [after] = await lock(ports, income.id);
          return after!.amount;
        });
      await post(books, all, {}, [income.id, unallocated.id]);
      expect(await atCheckpoint()).to.equal(-all);
      await post(books, all, {}, [unallocated.id, envelope.id]);
      await post(books, 1, {}, [income.id, unallocated.id]);
      expect(await atCheckpoint()).to.equal(-all);
      await post(books, 2, {}, [envelope.id, income.id]);
      expect(await atCheckpoint()).to.equal(1 - all);
    });

    it('post an origin once, and a reversal once', async () => {
      const books = await given();
      const origin = { type: 'order', id: 'o-8', event: 'payment:1' };
      const { id } = await post(books, 100, { origin });
      await expectCode(post(books, 100, { origin }), 'origin-conflict');
      await post(books, 100, { reversalOf: id }, [books.unallocated.id, books.envelope.id]);
      await expectCode(
        post(books, 100, { reversalOf: id }, [books.unallocated.id, books.envelope.id]),
        'already-reversed',
      );
      expect(await balanceOf(books.unallocated.id)).to.equal(0);
    });

    it('detect an amount that has changed since it was locked', async () => {
      const books = await given();
      await run(async (ports) => {
        const [source, target] = await lock(ports, books.envelope.id, books.unallocated.id);
        const { entry, amounts } = anEntry({ ...source!, version: 7 }, target!, 100);
        expect(await rejection(ports.books.write({ entries: [entry], amounts }))).to.be.instanceOf(Error);
        throw new Error('rolled back');
      }).catch(() => undefined);
      expect(await balanceOf(books.unallocated.id)).to.equal(0);
    });

    it('refuse a transaction with an effective time in a closed period', async () => {
      const books = await given();
      await run(async ({ realAccounts, amounts }) => {
        await realAccounts.save(closeThrough(books.realAccount, '2026-10', plus(T0, -DAY), T0));
        await amounts.refresh({ realAccountId: books.realAccount.id });
      });
      const error = await rejection(post(books, 100, { effectiveAt: plus(T0, -2 * DAY) }));
      expect(error).to.be.instanceOf(Error);
      await post(books, 100, { effectiveAt: plus(T0, -DAY) });
      expect(await balanceOf(books.unallocated.id)).to.equal(100);
    });
  });

  describe('holds', () => {
    const place = (books: Given, expiresAt = plus(T0, DAY)) =>
      run(async (ports) => {
        const [target, source] = await lock(ports, books.envelope.id, books.unallocated.id);
        const hold = newHold(
          {
            id: ids.next(),
            source: sideOf(target!),
            target: sideOf(source!),
            amount: 10,
            currency: 'EUR',
            expiresAt,
            createdBy: null,
          },
          T0,
        );
        const amounts = [{ before: target!, after: { ...target!, held: target!.held + 10 } }];
        await ports.books.write({ entries: [], amounts, openedHolds: [hold] });
        return hold;
      });

    it('are read as they were placed and as they ended', async () => {
      const books = await given();
      const [kept, ended] = [await place(books), await place(books)];
      const voided = voidHold(ended, plus(T0, 1));
      await run(async ({ books: port, amounts }) => {
        const [source] = await amounts.lockByIds([ended.source.amountId]);
        await port.write({
          entries: [],
          amounts: [{ before: source!, after: { ...source!, held: source!.held - 10 } }],
          closedHolds: [voided],
        });
      });
      await run(async ({ holds }) => {
        expect(await holds.find(kept.id)).to.deep.equal(kept);
        expect(await holds.find(ended.id)).to.deep.equal(voided);
      });
      const listed = await adapters().cashQueries.holds({ accountId: books.envelope.id }, { limit: 10 }, T0);
      expect(listed.items).to.deep.equal([voided, kept]);
    });

    it('are due from the time of their expiry, and then listed as expired', async () => {
      const books = await given();
      const [early, late] = [await place(books, plus(T0, 1_000)), await place(books, plus(T0, 2_000))];
      const { amountId } = early.source;
      const dueAt = (ms: number) => run(({ holds }) => holds.due([amountId], plus(T0, ms)));
      expect(await dueAt(999)).to.deep.equal([]);
      expect(await dueAt(1_000)).to.deep.equal([early]);
      expect(await dueAt(2_000)).to.deep.equal([early, late]);
      const { cashQueries } = adapters();
      const due = await cashQueries.amountsWithDueHolds(plus(T0, 1_000), 1_000);
      expect(due).to.include(amountId);
      const now = plus(T0, 1_500);
      const listed = (status: 'open' | 'expired') =>
        cashQueries.holds({ accountId: books.unallocated.id, status }, { limit: 10 }, now);
      expect((await listed('expired')).items).to.deep.equal([early]);
      expect((await listed('open')).items).to.deep.equal([late]);
      expect((await cashQueries.amount(amountId, now))?.held).to.equal(10);
      const held = async (ms: number) =>
        (await cashQueries.balance({ accountId: books.envelope.id }, plus(T0, ms), 'effective'))?.held;
      expect([await held(-1), await held(0), await held(1_000), await held(2_000)]).to.deep.equal([
        0, 20, 10, 0,
      ]);
      await run(async ({ books: port, amounts }) => {
        const [source] = await amounts.lockByIds([amountId]);
        await port.write({
          entries: [],
          amounts: [{ before: source!, after: { ...source!, held: 10 } }],
          closedHolds: [expireHold(early)],
        });
      });
      expect([await held(999), await held(1_000)]).to.deep.equal([20, 10]);
    });

    it('can be ended once', async () => {
      const hold = await place(await given());
      const end = () =>
        run(async ({ books, amounts }) => {
          const [source] = await amounts.lockByIds([hold.source.amountId]);
          await books.write({
            entries: [],
            amounts: [{ before: source!, after: { ...source!, held: 0 } }],
            closedHolds: [voidHold(hold, T0)],
          });
        });
      await end();
      expect(await rejection(end())).to.be.instanceOf(Error);
    });
  });

  describe('lists', () => {
    async function walk(
      read: (
        after: PageKey | undefined,
      ) => Promise<{ items: readonly { id: string }[]; next: PageKey | null }>,
    ): Promise<string[]> {
      const seen: string[] = [];
      let after: PageKey | undefined;
      for (;;) {
        const { items, next } = await read(after);
        seen.push(...items.map(({ id }) => id));
        if (next === null) return seen;
        after = next;
      }
    }

    it('return their pages in order without gaps', async () => {
      const books = await given();
      const accountIds = [books.unallocated.id, books.envelope.id, books.income.id];
      const posted: string[] = [];
      for (let n = 0; n < 7; n += 1) posted.unshift((await post(books, 1)).id);
      const { cashQueries } = adapters();
      const { id: realAccountId } = books.realAccount;
      expect(
        await walk((after) => cashQueries.accounts({ realAccountId }, { limit: 2, after })),
      ).to.deep.equal(accountIds.toSorted());
      const inside = await cashQueries.amounts({ realAccountId }, { limit: 100 }, T0);
      expect(
        await walk((after) => cashQueries.amounts({ realAccountId }, { limit: 2, after }, T0)),
      ).to.deep.equal(inside.items.map(({ id }) => id).toSorted());
      for (const filter of [
        { realAccountId },
        { accountId: books.envelope.id },
        { accountId: books.envelope.id, realAccountId, from: T0, to: T1 },
      ])
        expect(await walk((after) => cashQueries.transactions(filter, { limit: 3, after }))).to.deep.equal(
          posted,
        );
      const all = await walk((after) => cashQueries.transactions({}, { limit: 3, after }));
      expect(all.slice(0, 7)).to.deep.equal(posted);
      const real = await walk((after) => cashQueries.realAccounts({ kind: 'bank' }, { limit: 3, after }));
      expect(real).to.deep.equal(real.toSorted()).and.to.include(realAccountId);
    });

    it('apply each of their filters', async () => {
      const books = await given();
      const origin = { type: 'order', id: books.realAccount.id, event: 'payment:1' };
      const [old, settled] = [
        await post(books, 1, { effectiveAt: plus(T0, -DAY) }),
        await post(books, 1, { origin }),
      ];
      const { cashQueries } = adapters();
      const listed = async (filter: Parameters<CashQueries['transactions']>[0]) =>
        (await cashQueries.transactions(filter, { limit: 100 })).items.map(({ id }) => id);
      const { id: realAccountId } = books.realAccount;
      expect(await listed({ origin: { type: 'order', id: realAccountId } })).to.deep.equal([settled.id]);
      expect(
        await listed({ origin: { type: 'order', id: realAccountId }, accountId: books.income.id }),
      ).to.deep.equal([]);
      const accountId = books.envelope.id;
      for (const named of [{ accountId }, { realAccountId }, { accountId, realAccountId }])
        expect(await listed({ origin: { type: 'order', id: realAccountId }, ...named })).to.deep.equal([
          settled.id,
        ]);
      expect(await listed({ accountId: books.income.id, realAccountId })).to.deep.equal([]);
      expect(await listed({ realAccountId, to: T0 })).to.deep.equal([old.id]);
      expect(await listed({ realAccountId, from: T0 })).to.deep.equal([settled.id]);
      expect(await listed({ from: T0, to: T1 }))
        .to.include(settled.id)
        .and.not.to.include(old.id);
      expect(await listed({ accountId: books.income.id })).to.deep.equal([]);
      const archived = await cashQueries.accounts({ realAccountId, archived: true }, { limit: 10 });
      expect(archived.items).to.deep.equal([]);
      const equity = await cashQueries.accounts(
        { realAccountId, type: 'equity', archived: false },
        { limit: 10 },
      );
      expect(equity.items.map(({ id }) => id)).to.deep.equal([books.envelope.id]);
    });

    it('list a transaction within one account once in its statement', async () => {
      const books = await given();
      const within = await post(books, 5);
      const range = { from: null, to: T1 };
      const { cashQueries } = adapters();
      expect(await cashQueries.statement({ realAccountId: books.realAccount.id }, range, 10)).to.deep.equal({
        currency: 'EUR',
        opening: 0,
        lines: [],
        closing: 0,
      });
      expect(await cashQueries.statement({ accountId: books.unallocated.id }, range, 10)).to.deep.equal({
        currency: 'EUR',
        opening: 0,
        lines: [
          {
            transactionId: within.id,
            number: within.number,
            effectiveAt: T0,
            description: null,
            amount: 5,
            balance: 5,
          },
        ],
        closing: 5,
      });
    });
  });
}
