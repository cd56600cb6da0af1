import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeCaptureHold } from './application/capture-hold.js';
import { makeChangeAccount } from './application/change-account.js';
import { makeChangeRealAccount } from './application/change-real-account.js';
import { makeClosePeriod } from './application/close-period.js';
import { makeDeleteAccount } from './application/delete-account.js';
import { makeDeleteRealAccount } from './application/delete-real-account.js';
import { makeExpireHolds } from './application/expire-holds.js';
import { makeImportBankLines } from './application/import-bank-lines.js';
import { makeLedger } from './application/ledger.js';
import {
  EXPIRE_HOLDS,
  EXPIRE_HOLDS_EVERY_MS,
  MOVE_CHECKPOINTS,
  MOVE_CHECKPOINTS_EVERY_MS,
} from './application/jobs.js';
import { makeListAccounts } from './application/list-accounts.js';
import { makeListAmounts } from './application/list-amounts.js';
import { makeListBankLines } from './application/list-bank-lines.js';
import { makeListHolds } from './application/list-holds.js';
import { makeListPeriods } from './application/list-periods.js';
import { makeListRealAccounts } from './application/list-real-accounts.js';
import { makeListReconciliations } from './application/list-reconciliations.js';
import { makeListTransactions } from './application/list-transactions.js';
import { makeMatchBankLine } from './application/match-bank-line.js';
import { makeMoveCheckpoints } from './application/move-checkpoints.js';
import { makeOpenAccount } from './application/open-account.js';
import { makeOpenRealAccount } from './application/open-real-account.js';
import { makePlaceHold } from './application/place-hold.js';
import type { CashPorts } from './application/ports.js';
import { makePostBatch } from './application/post-batch.js';
import { makePostTransaction } from './application/post-transaction.js';
import { makeReconcile } from './application/reconcile.js';
import { makeRefundTransaction } from './application/refund-transaction.js';
import { makeReopenPeriod } from './application/reopen-period.js';
import { makeReportBalances } from './application/report-balances.js';
import { makeReportCashFlow } from './application/report-cash-flow.js';
import { makeReportIncomeByOrigin } from './application/report-income-by-origin.js';
import { makeReportUnreconciled } from './application/report-unreconciled.js';
import { makeReverseTransaction } from './application/reverse-transaction.js';
import { makeSuggestMatches } from './application/suggest-matches.js';
import { makeUnmatchBankLine } from './application/unmatch-bank-line.js';
import { makeViewAccount } from './application/view-account.js';
import { makeViewAmount } from './application/view-amount.js';
import { makeViewBalance } from './application/view-balance.js';
import { makeViewBankLine } from './application/view-bank-line.js';
import { makeViewBankStatement } from './application/view-bank-statement.js';
import { makeViewHold } from './application/view-hold.js';
import { makeViewRealAccount } from './application/view-real-account.js';
import { makeViewStatement } from './application/view-statement.js';
import { makeViewTransaction } from './application/view-transaction.js';
import { makeVoidHold } from './application/void-hold.js';
import { cashProblems } from './http/problems.js';
import { cashRoutes } from './http/routes.js';
import { makeCsvStatementFiles } from './infrastructure/csv-statement-files.js';
import { makeAccountRepository } from './infrastructure/sequelize/account-repository.js';
import { makeAmountRepository } from './infrastructure/sequelize/amount-repository.js';
import { makeBankLineRepository } from './infrastructure/sequelize/bank-line-repository.js';
import { makeBankQueries } from './infrastructure/sequelize/bank-queries.js';
import { makeBooks } from './infrastructure/sequelize/books.js';
import { makeCashQueries } from './infrastructure/sequelize/cash-queries.js';
import { makeHoldRepository } from './infrastructure/sequelize/hold-repository.js';
import { makeImportRepository } from './infrastructure/sequelize/import-repository.js';
import { cashIntegrityChecks, makeCashIntegrity } from './infrastructure/sequelize/integrity-checks.js';
import { makeMatchRepository } from './infrastructure/sequelize/match-repository.js';
import { makeCashModels } from './infrastructure/sequelize/models.js';
import { makePeriodRepository } from './infrastructure/sequelize/period-repository.js';
import { makeRealAccountRepository } from './infrastructure/sequelize/real-account-repository.js';
import { makeReconciliationRepository } from './infrastructure/sequelize/reconciliation-repository.js';
import { makeReportQueries } from './infrastructure/sequelize/report-queries.js';
import { makeShaFingerprints } from './infrastructure/sha-fingerprints.js';

/** Needs the platform's `sequelize`, `database`, `transactions`, `timeZones`, `practice`, `clock`, `ids`. */
export const cashRegistrations = {
  // stateless: one for each process
  cashModels: asFunction(makeCashModels).singleton(),
  cashIntegrity: asFunction(makeCashIntegrity).singleton(),
  statementFiles: asFunction(makeCsvStatementFiles).singleton(),
  fingerprints: asFunction(makeShaFingerprints).singleton(),

  // writing ports: they resolve in a transaction only
  realAccounts: asWritingPort(makeRealAccountRepository),
  accounts: asWritingPort(makeAccountRepository),
  amounts: asWritingPort(makeAmountRepository),
  books: asWritingPort(makeBooks),
  holds: asWritingPort(makeHoldRepository),
  periods: asWritingPort(makePeriodRepository),
  bankImports: asWritingPort(makeImportRepository),
  bankLines: asWritingPort(makeBankLineRepository),
  bankMatches: asWritingPort(makeMatchRepository),
  reconciliations: asWritingPort(makeReconciliationRepository),
  // The public API: other contexts resolve it in their unit of work.
  ledger: asWritingPort(makeLedger),

  // within a transaction, these join it
  cashUnitOfWork: asFunction(makeUnitOfWork<CashPorts>).scoped(),
  cashQueries: asFunction(makeCashQueries).scoped(),
  bankQueries: asFunction(makeBankQueries).scoped(),
  reportQueries: asFunction(makeReportQueries).scoped(),

  openRealAccount: asFunction(makeOpenRealAccount).scoped(),
  changeRealAccount: asFunction(makeChangeRealAccount).scoped(),
  deleteRealAccount: asFunction(makeDeleteRealAccount).scoped(),
  openAccount: asFunction(makeOpenAccount).scoped(),
  changeAccount: asFunction(makeChangeAccount).scoped(),
  deleteAccount: asFunction(makeDeleteAccount).scoped(),
  postTransaction: asFunction(makePostTransaction).scoped(),
  postBatch: asFunction(makePostBatch).scoped(),
  reverseTransaction: asFunction(makeReverseTransaction).scoped(),
  refundTransaction: asFunction(makeRefundTransaction).scoped(),
  placeHold: asFunction(makePlaceHold).scoped(),
  captureHold: asFunction(makeCaptureHold).scoped(),
  voidHold: asFunction(makeVoidHold).scoped(),
  expireHolds: asFunction(makeExpireHolds).scoped(),
  closePeriod: asFunction(makeClosePeriod).scoped(),
  reopenPeriod: asFunction(makeReopenPeriod).scoped(),
  importBankLines: asFunction(makeImportBankLines).scoped(),
  matchBankLine: asFunction(makeMatchBankLine).scoped(),
  unmatchBankLine: asFunction(makeUnmatchBankLine).scoped(),
  reconcile: asFunction(makeReconcile).scoped(),
  moveCheckpoints: asFunction(makeMoveCheckpoints).scoped(),
  viewRealAccount: asFunction(makeViewRealAccount).scoped(),
  viewAccount: asFunction(makeViewAccount).scoped(),
  viewAmount: asFunction(makeViewAmount).scoped(),
  viewTransaction: asFunction(makeViewTransaction).scoped(),
  viewHold: asFunction(makeViewHold).scoped(),
  listRealAccounts: asFunction(makeListRealAccounts).scoped(),
  listAccounts: asFunction(makeListAccounts).scoped(),
  listAmounts: asFunction(makeListAmounts).scoped(),
  listTransactions: asFunction(makeListTransactions).scoped(),
  listHolds: asFunction(makeListHolds).scoped(),
  viewBalance: asFunction(makeViewBalance).scoped(),
  viewStatement: asFunction(makeViewStatement).scoped(),
  viewBankLine: asFunction(makeViewBankLine).scoped(),
  listBankLines: asFunction(makeListBankLines).scoped(),
  viewBankStatement: asFunction(makeViewBankStatement).scoped(),
  suggestMatches: asFunction(makeSuggestMatches).scoped(),
  listReconciliations: asFunction(makeListReconciliations).scoped(),
  listPeriods: asFunction(makeListPeriods).scoped(),
  reportBalances: asFunction(makeReportBalances).scoped(),
  reportCashFlow: asFunction(makeReportCashFlow).scoped(),
  reportIncomeByOrigin: asFunction(makeReportIncomeByOrigin).scoped(),
  reportUnreconciled: asFunction(makeReportUnreconciled).scoped(),
};
export type CashCradle = CradleOf<typeof cashRegistrations>;

/** Jobs by kind. */
export const cashJobs = {
  [EXPIRE_HOLDS]: {
    lane: 'database',
    makeHandler:
      ({ expireHolds }: CashCradle): JobHandler =>
      () =>
        expireHolds(),
  },
  [MOVE_CHECKPOINTS]: {
    lane: 'database',
    makeHandler:
      ({ moveCheckpoints }: CashCradle): JobHandler =>
      () =>
        moveCheckpoints(),
  },
} as const;

export const cashModule: ContextModule<CashCradle> = {
  name: 'cash',
  tags: [
    { name: 'cash accounts', description: 'Real accounts, envelopes, and the amounts of money in them.' },
    { name: 'cash transactions', description: 'Postings of money between envelopes; they are final.' },
    { name: 'cash holds', description: 'Money that is reserved until it is captured, voided or expires.' },
    { name: 'cash bank', description: 'Bank statements, matches and reconciliation with the books.' },
    { name: 'cash reports', description: 'Time series for charts.' },
  ],
  registrations: cashRegistrations,
  routes: cashRoutes,
  pages: [],
  problems: cashProblems,
  jobs: cashJobs,
  recurringJobs: [
    { kind: EXPIRE_HOLDS, everyMs: EXPIRE_HOLDS_EVERY_MS },
    { kind: MOVE_CHECKPOINTS, everyMs: MOVE_CHECKPOINTS_EVERY_MS },
  ],
  integrityChecks: cashIntegrityChecks,
};
