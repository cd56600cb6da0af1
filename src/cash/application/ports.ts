import type { Page, PageRequest } from '../../kernel/page.js';
import type { Account, AccountType } from '../domain/account.js';
import type { Amount } from '../domain/amount.js';
import type { Hold, HoldStatus } from '../domain/hold.js';
import type { ClosedPeriod, Period, Reopening } from '../domain/period.js';
import type {
  BankLineRepository,
  ImportRepository,
  MatchRepository,
  ReconciliationRepository,
} from './bank-ports.js';
import type { RealAccount, RealAccountKind } from '../domain/real-account.js';
import type {
  ReversalStatus,
  BalanceAfter,
  Origin,
  PostedTransaction,
  Transaction,
} from '../domain/transaction.js';

export { ACCOUNT_TYPES, type Account, type AccountType } from '../domain/account.js';
export { availableOf, countable, type Amount } from '../domain/amount.js';
export { HOLD_STATUSES, statusAt, type Hold, type HoldStatus } from '../domain/hold.js';
export { isPeriod, type ClosedPeriod } from '../domain/period.js';
export { REAL_ACCOUNT_KINDS, type RealAccount, type RealAccountKind } from '../domain/real-account.js';
export type { Origin, PostedTransaction, Transaction } from '../domain/transaction.js';

/** The money of an account in a real account; in its home when none is named. */
export type AmountRef = Readonly<{ accountId: string; realAccountId?: string | undefined }>;

/** Everything of one account, or everything that lies in one real account. */
export type AmountScope = Readonly<{ accountId: string }> | Readonly<{ realAccountId: string }>;

/** Lock order within the context: real accounts → accounts → amounts that are updated, by id → hot amounts, by id. */
export interface RealAccountRepository {
  find(id: string): Promise<RealAccount | undefined>;
  /** Locks it to the end of the transaction. */
  lock(id: string): Promise<RealAccount | undefined>;
  insert(account: RealAccount): Promise<void>;
  /** The account with its next version; stale `version-mismatch` unless the stored version is the given one. */
  save(account: RealAccount): Promise<RealAccount>;
  /** With its default account and all their amounts. conflict `account-in-use` when anything else refers to them. */
  delete(id: string): Promise<void>;
}

export interface AccountRepository {
  find(id: string): Promise<Account | undefined>;
  findByCode(code: string): Promise<Account | undefined>;
  lock(id: string): Promise<Account | undefined>;
  insert(account: Account): Promise<void>;
  save(account: Account): Promise<Account>;
  /** With its amounts. conflict `account-in-use` when anything refers to them. */
  delete(id: string): Promise<void>;
  /** Inserts the missing ones, real accounts first, in the order given. Concurrent calls wait for each other. */
  ensure(
    realAccounts: readonly RealAccount[],
    accounts: readonly (Account & Readonly<{ code: string }>)[],
  ): Promise<void>;
}

export interface AmountRepository {
  /** Which of `refs` name a real account but have no amount there yet. Locks nothing. */
  missing(refs: readonly AmountRef[]): Promise<readonly AmountRef[]>;
  /** Creates the amount of an account in a real account of its currency, unless it exists. To be called before amounts are locked. */
  ensure(amount: Readonly<{ id: string; accountId: string; realAccountId: string }>): Promise<void>;
  /** Deletes unused amounts that this unit of work created; unknown ids are ignored. */
  deleteUnused(ids: readonly string[]): Promise<void>;
  /**
   * Locks the amounts of `refs` to the end of the transaction and returns them in the same order, undefined for a missing one.
   * `posting` locks hot amounts in a mode that concurrent postings share, and returns their balance at the last checkpoint;
   * `exclusive` locks all of them exclusively.
   */
  lock(refs: readonly AmountRef[], how: 'posting' | 'exclusive'): Promise<readonly (Amount | undefined)[]>;
  /** Locks exclusively, in order of id; unknown ids are left out. */
  lockByIds(ids: readonly string[]): Promise<readonly Amount[]>;
  /** Locks every amount of `scope` and returns it with its full balance, hot ones too. Waits for all running postings. */
  lockScope(scope: AmountScope): Promise<readonly Amount[]>;
  /**
   * Updates the columns that the amounts of `scope` copy from their account and real account (floor, hot, archived, closed
   * period), and moves the checkpoint of hot ones to the last posting. To be called after `lockScope`.
   */
  refresh(scope: AmountScope): Promise<void>;
  /**
   * Moves the checkpoint of a hot amount to its last posting, unless the sum is beyond 2^53−1. Waits for all running
   * postings.
   */
  checkpoint(id: string): Promise<void>;
  /** The earliest effective instant of a posting in the real account that is `from` or later and before `to`. */
  firstEffective(
    realAccountId: string,
    range: Readonly<{ from: Date | null; to: Date }>,
  ): Promise<Date | undefined>;
  /** The latest instant at which anything that takes effect before `before` was posted to the real account. */
  lastPosted(realAccountId: string, before: Date): Promise<Date | undefined>;
}

export type Entry = Readonly<{ transaction: Transaction; source: BalanceAfter; target: BalanceAfter }>;

/** All changes of the books by one use case; one SQL statement writes them. */
export type LedgerWrite = Readonly<{
  batch?: Readonly<{ id: string; createdAt: Date; createdBy: string | null }> | undefined;
  entries: readonly Entry[];
  /** Amounts as they were locked, and their new state. */
  amounts: readonly Readonly<{ before: Amount; after: Amount }>[];
  openedHolds?: readonly Hold[];
  /** Holds that were open until now, with their final status. */
  closedHolds?: readonly Hold[];
}>;

export interface Books {
  /** The entries as posted, in order. conflict `origin-conflict`, `already-reversed`. */
  write(writing: LedgerWrite): Promise<readonly PostedTransaction[]>;
  find(id: string): Promise<PostedTransaction | undefined>;
  findByOrigin(origin: Origin): Promise<PostedTransaction | undefined>;
  /** Reliable only while the amounts of the transaction are locked exclusively. */
  reversalStatus(id: string): Promise<ReversalStatus>;
}

export interface HoldRepository {
  /** The status is reliable only while the source amount is locked. */
  find(id: string): Promise<Hold | undefined>;
  /** Open holds on the amounts that have expired at `now`, in order of id. */
  due(amountIds: readonly string[], now: Date): Promise<readonly Hold[]>;
}

/** All methods require the lock of the real account. */
export interface PeriodRepository {
  /** The caller has checked for `period-closed`; a month that is closed twice is a bug. */
  insert(period: ClosedPeriod): Promise<void>;
  /** The months that are closed and were not reopened, last first, at most `limit`. */
  lastClosed(realAccountId: string, limit: number): Promise<readonly ClosedPeriod[]>;
  reopen(reopening: Reopening): Promise<void>;
}

/** The ports of a unit of work. `cashQueries` sees the writes of the unit of work. */
export type CashPorts = Readonly<{
  realAccounts: RealAccountRepository;
  accounts: AccountRepository;
  amounts: AmountRepository;
  books: Books;
  holds: HoldRepository;
  periods: PeriodRepository;
  bankImports: ImportRepository;
  bankLines: BankLineRepository;
  bankMatches: MatchRepository;
  reconciliations: ReconciliationRepository;
  cashQueries: CashQueries;
}>;

/** `balance` in minor units. */
export type RealAccountView = RealAccount & Readonly<{ balance: number; defaultAccountId: string }>;
export type AccountView = Account & Readonly<{ balance: number }>;
/** `amount` is the full balance, `held` the sum of the holds that have not expired. */
export type AmountView = Readonly<{
  id: string;
  realAccountId: string;
  accountId: string;
  currency: string;
  amount: number;
  held: number;
  floor: number | null;
  version: number;
}>;

/** effective: by the time at which money moved, as known now. recorded: by the time of posting. */
export const AXES = ['effective', 'recorded'] as const;
export type Axis = (typeof AXES)[number];

/** Minor units of `currency`; `floor` as it is now, the sum over the amounts, null when any is unbounded. */
export type Balance = Readonly<{ currency: string; balance: number; held: number; floor: number | null }>;

export type StatementLine = Readonly<{
  transactionId: string;
  number: number;
  effectiveAt: Date;
  description: string | null;
  amount: number;
  /** After this line. */
  balance: number;
}>;
/** Ordered by effective instant, then number. Movements within the account are left out. Minor units. */
export type Statement = Readonly<{
  currency: string;
  opening: number;
  lines: readonly StatementLine[];
  closing: number;
}>;

export type RealAccountFilter = Readonly<{
  kind?: RealAccountKind | undefined;
  archived?: boolean | undefined;
}>;
export type AccountFilter = Readonly<{
  realAccountId?: string | undefined;
  type?: AccountType | undefined;
  archived?: boolean | undefined;
}>;
export type AmountFilter = Readonly<{ realAccountId?: string | undefined; accountId?: string | undefined }>;
/** `from` inclusive, `to` exclusive, of the effective instant. */
export type TransactionFilter = Readonly<{
  accountId?: string | undefined;
  realAccountId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  origin?: Readonly<{ type: string; id: string }> | undefined;
}>;
export type HoldFilter = Readonly<{ accountId?: string | undefined; status?: HoldStatus | undefined }>;

/** Each method runs one SQL statement. Lists are oldest first; the page key is [id]. */
export interface AccountQueries {
  realAccount(id: string): Promise<RealAccountView | undefined>;
  realAccounts(filter: RealAccountFilter, page: PageRequest): Promise<Page<RealAccountView>>;
  account(id: string): Promise<AccountView | undefined>;
  accounts(filter: AccountFilter, page: PageRequest): Promise<Page<AccountView>>;
  amount(id: string, now: Date): Promise<AmountView | undefined>;
  amounts(filter: AmountFilter, page: PageRequest, now: Date): Promise<Page<AmountView>>;
}

/** Each method runs one SQL statement. */
export interface TransactionQueries {
  transaction(id: string): Promise<PostedTransaction | undefined>;
  /** Last posted first; the page key is [number]. */
  transactions(filter: TransactionFilter, page: PageRequest): Promise<Page<PostedTransaction>>;
}

/** Each method runs one SQL statement. */
export interface HoldQueries {
  hold(id: string): Promise<Hold | undefined>;
  /** Newest first; the page key is [id]. */
  holds(filter: HoldFilter, page: PageRequest, now: Date): Promise<Page<Hold>>;
  /** Source amounts of open holds that have expired at `now`, at most `limit`, in order of id. */
  amountsWithDueHolds(now: Date, limit: number): Promise<readonly string[]>;
}

/** Each method runs one SQL statement. */
export interface BalanceQueries {
  /** At `at`, inclusive. undefined when there is no such account. */
  balance(scope: AmountScope, at: Date, axis: Axis): Promise<Balance | undefined>;
  /** `from` inclusive (null: from the beginning), `to` exclusive; at most `limit` lines. */
  statement(
    scope: AmountScope,
    range: Readonly<{ from: Date | null; to: Date }>,
    limit: number,
  ): Promise<Statement | undefined>;
  /** Hot amounts with more than `postings` postings since their checkpoint. */
  amountsBehind(postings: number, limit: number): Promise<readonly string[]>;
}

export interface CashQueries extends AccountQueries, TransactionQueries, HoldQueries, BalanceQueries {}

/** One invariant of the books, and the ids of the rows that violate it. */
export type IntegrityFinding = Readonly<{ name: string; ok: boolean; broken: readonly string[] }>;

export interface CashIntegrity {
  /** Checks every invariant in one snapshot of the database. */
  check(): Promise<readonly IntegrityFinding[]>;
}

export type { Period };
