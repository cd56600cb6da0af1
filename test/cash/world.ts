import { makeCaptureHold } from '../../src/cash/application/capture-hold.js';
import { makeChangeAccount } from '../../src/cash/application/change-account.js';
import { makeChangeRealAccount } from '../../src/cash/application/change-real-account.js';
import { makeClosePeriod } from '../../src/cash/application/close-period.js';
import { makeImportBankLines } from '../../src/cash/application/import-bank-lines.js';
import { makeDeleteAccount } from '../../src/cash/application/delete-account.js';
import { makeDeleteRealAccount } from '../../src/cash/application/delete-real-account.js';
import { makeExpireHolds } from '../../src/cash/application/expire-holds.js';
import { makeLedger, type Ledger } from '../../src/cash/application/ledger.js';
import { makeMatchBankLine } from '../../src/cash/application/match-bank-line.js';
import { makeUnmatchBankLine } from '../../src/cash/application/unmatch-bank-line.js';
import { makeMoveCheckpoints } from '../../src/cash/application/move-checkpoints.js';
import { makeOpenAccount } from '../../src/cash/application/open-account.js';
import { makeOpenRealAccount } from '../../src/cash/application/open-real-account.js';
import { makePlaceHold } from '../../src/cash/application/place-hold.js';
import type { CashPorts, CashQueries } from '../../src/cash/application/ports.js';
import { makePostBatch } from '../../src/cash/application/post-batch.js';
import { makePostTransaction } from '../../src/cash/application/post-transaction.js';
import type { BankQueries, ReportQueries } from '../../src/cash/application/bank-ports.js';
import { makeReadBank } from '../../src/cash/application/read-bank.js';
import { makeReadBooks } from '../../src/cash/application/read-books.js';
import { makeReadReports } from '../../src/cash/application/read-reports.js';
import { makeReconcile } from '../../src/cash/application/reconcile.js';
import { makeReopenPeriod } from '../../src/cash/application/reopen-period.js';
import { makeCsvStatementFiles } from '../../src/cash/infrastructure/csv-statement-files.js';
import { makeShaFingerprints } from '../../src/cash/infrastructure/sha-fingerprints.js';
import { makeRefundTransaction } from '../../src/cash/application/refund-transaction.js';
import { makeReverseTransaction } from '../../src/cash/application/reverse-transaction.js';
import { makeVoidHold } from '../../src/cash/application/void-hold.js';
import type { Clock } from '../../src/kernel/clock.js';
import type { IdGenerator } from '../../src/kernel/ids.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
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

/** Every use case of the context over whatever adapters. */
export function useCasesOver(
  { cashUnitOfWork, cashQueries, bankQueries, reportQueries }: Adapters,
  { clock, ids }: Readonly<{ clock: Clock; ids: IdGenerator }>,
) {
  const cradle = {
    cashUnitOfWork,
    cashQueries,
    bankQueries,
    reportQueries,
    statementFiles: makeCsvStatementFiles(),
    fingerprints: makeShaFingerprints(),
    clock,
    ids,
    timeZones: makeTemporalTimeZones(),
    practice: PRACTICE,
  };
  /** The public API for other contexts, in a unit of work of its own. */
  const withLedger = <Result>(work: (ledger: Ledger) => Promise<Result>): Promise<Result> =>
    cashUnitOfWork.run(({ amounts, accounts, realAccounts, books, holds }) =>
      work(makeLedger({ ...cradle, amounts, accounts, realAccounts, books, holds })),
    );
  return {
    withLedger,
    openRealAccount: makeOpenRealAccount(cradle),
    changeRealAccount: makeChangeRealAccount(cradle),
    deleteRealAccount: makeDeleteRealAccount(cradle),
    openAccount: makeOpenAccount(cradle),
    changeAccount: makeChangeAccount(cradle),
    deleteAccount: makeDeleteAccount(cradle),
    postTransaction: makePostTransaction(cradle),
    postBatch: makePostBatch(cradle),
    reverseTransaction: makeReverseTransaction(cradle),
    refundTransaction: makeRefundTransaction(cradle),
    placeHold: makePlaceHold(cradle),
    captureHold: makeCaptureHold(cradle),
    voidHold: makeVoidHold(cradle),
    expireHolds: makeExpireHolds(cradle),
    closePeriod: makeClosePeriod(cradle),
    moveCheckpoints: makeMoveCheckpoints(cradle),
    readBooks: makeReadBooks(cradle),
    reopenPeriod: makeReopenPeriod(cradle),
    importBankLines: makeImportBankLines(cradle),
    matchBankLine: makeMatchBankLine(cradle),
    unmatchBankLine: makeUnmatchBankLine(cradle),
    reconcile: makeReconcile(cradle),
    readBank: makeReadBank(cradle),
    readReports: makeReadReports(cradle),
  };
}
export type CashUseCases = ReturnType<typeof useCasesOver>;

export const NOWHERE = '01930000-0000-7000-8000-00000000dead';
export const CLERK = '01930000-0000-7000-8000-0000000000e1';
export const usd = (amount: number) => ({ amount, currency: 'USD' });
export const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** A bank with two envelopes and the world outside with income, expense and what is there to begin with. */
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

/** Every use case over the in-memory adapters, with a clock that stands still. */
export function makeWorld() {
  const memory = makeInMemoryCash();
  const clock = new FakeClock();
  const ids = new FakeIds();
  const refuses = (attempt: () => Promise<unknown>, code: string) =>
    expectRefusal(memory.store, attempt, code);
  return { ...memory, clock, ids, refuses, ...useCasesOver(memory, { clock, ids }) };
}
