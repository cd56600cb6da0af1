import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Account, AccountType } from '../../domain/account.js';
import type { RealAccount, RealAccountKind } from '../../domain/real-account.js';

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
  /** Codes of the standard accounts that exist, by id. */
  standardCodes(): Promise<ReadonlyMap<string, string>>;
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

/** Each method runs one SQL statement. Lists are oldest first; the page key is [id]. */
export interface AccountQueries {
  realAccount(id: string): Promise<RealAccountView | undefined>;
  realAccounts(filter: RealAccountFilter, page: PageRequest): Promise<Page<RealAccountView>>;
  account(id: string): Promise<AccountView | undefined>;
  accounts(filter: AccountFilter, page: PageRequest): Promise<Page<AccountView>>;
  amount(id: string, now: Date): Promise<AmountView | undefined>;
  amounts(filter: AmountFilter, page: PageRequest, now: Date): Promise<Page<AmountView>>;
}
