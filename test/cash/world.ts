import type { Ledger } from '../../src/cash/application/ledger.js';
import type { CashCradle } from '../../src/cash/module.js';
import type { CashPorts, CashQueries } from '../../src/cash/application/ports.js';
import type { BankQueries, ReportQueries } from '../../src/cash/application/bank-ports.js';
import type { Clock } from '../../src/kernel/clock.js';
import type { IdGenerator } from '../../src/kernel/ids.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { cradleWith, containerOver, over } from '../support/in-memory-container.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { expectRefusal } from '../support/refusal.js';

export const PRACTICE = { currency: 'EUR', timeZone: 'Europe/Berlin' } as const;
export const STAFF = null;

export type Adapters = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  cashQueries: CashQueries;
  bankQueries: BankQueries;
  reportQueries: ReportQueries;
}>;

/** Every use case of the context, by its name in the container. */
export type CashUseCases = CashCradle;

/** The real container over the given adapters of cash, in memory or on PostgreSQL. */
export function useCasesOver(
  { cashUnitOfWork, cashQueries, bankQueries, reportQueries }: Adapters,
  time: Readonly<{ clock: Clock; ids: IdGenerator }>,
) {
  const adapters = { cashUnitOfWork, cashQueries, bankQueries, reportQueries };
  const container = containerOver({ ...adapters, ...time, practice: PRACTICE });
  /** Calls the public API for other contexts in a unit of work of its own. */
  const withLedger = <Result>(work: (ledger: Ledger) => Promise<Result>): Promise<Result> =>
    cashUnitOfWork.run(({ amounts, accounts, realAccounts, books, holds }) => {
      const ports = { amounts, accounts, realAccounts, books, holds };
      return work(cradleWith(container, { transaction: {}, ...ports }).ledger);
    });
  return over(container.cradle, { withLedger });
}
export type CashWorld = ReturnType<typeof useCasesOver>;

export const NOWHERE = '01930000-0000-7000-8000-00000000dead';
export const CLERK = '01930000-0000-7000-8000-0000000000e1';
export const usd = (amount: number) => ({ amount, currency: 'USD' });
export const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** A bank with two envelopes, a cash desk, and an external account with income, expense and the opening balance. */
export async function seedAccounts(cash: CashUseCases) {
  const bank = await cash.openRealAccount({ name: 'Bank', kind: 'bank', currency: 'EUR' });
  const desk = await cash.openRealAccount({ name: 'Desk', kind: 'cash', currency: 'EUR' });
  const world = await cash.openRealAccount({ name: 'World', kind: 'external', currency: 'EUR' });
  const open = (name: string, realAccountId: string, type: 'asset' | 'income' | 'expense') =>
    cash.openAccount({ name, realAccountId, type });
  return {
    bank,
    desk,
    world,
    unallocated: bank.defaultAccountId,
    drawer: desk.defaultAccountId,
    origin: world.defaultAccountId,
    rent: (await open('Rent', bank.id, 'asset')).id,
    income: (await open('Fees', world.id, 'income')).id,
    expense: (await open('Supplies', world.id, 'expense')).id,
  };
}
export type Furniture = Awaited<ReturnType<typeof seedAccounts>>;

/** The use cases over the in-memory adapters, with a clock that stands still. */
export function makeWorld() {
  const memory = makeInMemoryCash();
  const clock = new FakeClock();
  const ids = new FakeIds();
  const refuses = (attempt: () => Promise<unknown>, code: string) =>
    expectRefusal(memory.store, attempt, code);
  return over(useCasesOver(memory, { clock, ids }), { ...memory, clock, ids, refuses });
}
