import { plus, type Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { found } from './found.js';
import type {
  AccountFilter,
  AccountView,
  AmountFilter,
  AmountView,
  Axis,
  Balance,
  CashQueries,
  Hold,
  HoldFilter,
  PostedTransaction,
  RealAccountFilter,
  RealAccountView,
  Statement,
  TransactionFilter,
  AmountScope,
} from './ports.js';

/** A longer statement has to be requested in parts. */
export const LONGEST_STATEMENT = 10_000;

const endsBeforeItBegins = (): DomainError =>
  new DomainError('malformed', 'malformed-request', 'The range ends before it begins.', {
    errors: [{ pointer: '/query/to', detail: 'must not be before from' }],
  });

const statementTooLong = (): DomainError =>
  new DomainError(
    'invalid',
    'statement-too-long',
    `A statement has at most ${LONGEST_STATEMENT} lines; narrow the range.`,
  );

export type BalanceAt = Balance & Readonly<{ at: Date; axis: Axis }>;

/** Reads of the books. An unknown id is not_found (404). */
export interface ReadBooks {
  realAccount(id: string): Promise<RealAccountView>;
  realAccounts(filter: RealAccountFilter, page: PageRequest): Promise<Page<RealAccountView>>;
  account(id: string): Promise<AccountView>;
  accounts(filter: AccountFilter, page: PageRequest): Promise<Page<AccountView>>;
  amount(id: string): Promise<AmountView>;
  amounts(filter: AmountFilter, page: PageRequest): Promise<Page<AmountView>>;
  transaction(id: string): Promise<PostedTransaction>;
  transactions(filter: TransactionFilter, page: PageRequest): Promise<Page<PostedTransaction>>;
  hold(id: string): Promise<Hold>;
  holds(filter: HoldFilter, page: PageRequest): Promise<Page<Hold>>;
  /** `at` defaults to now, and is inclusive to the millisecond. */
  balance(scope: AmountScope, query: Readonly<{ at?: Date | undefined; axis: Axis }>): Promise<BalanceAt>;
  /**
   * From the beginning and up to now unless the range says otherwise. 422 `statement-too-long`, 400 for a range that
   * ends before it begins.
   */
  statement(
    scope: AmountScope,
    range: Readonly<{ from?: Date | undefined; to?: Date | undefined }>,
  ): Promise<Statement & Readonly<{ from: Date | null; to: Date }>>;
}

type Dependencies = Readonly<{ cashQueries: CashQueries; clock: Clock }>;

export const makeReadBooks = ({ cashQueries, clock }: Dependencies): ReadBooks => ({
  realAccount: async (id) => found(await cashQueries.realAccount(id), 'real account'),
  realAccounts: (filter, page) => cashQueries.realAccounts(filter, page),
  account: async (id) => found(await cashQueries.account(id), 'account'),
  accounts: (filter, page) => cashQueries.accounts(filter, page),
  amount: async (id) => found(await cashQueries.amount(id, clock.now()), 'amount'),
  amounts: (filter, page) => cashQueries.amounts(filter, page, clock.now()),
  transaction: async (id) => found(await cashQueries.transaction(id), 'transaction'),
  transactions: (filter, page) => cashQueries.transactions(filter, page),
  hold: async (id) => found(await cashQueries.hold(id), 'hold'),
  holds: (filter, page) => cashQueries.holds(filter, page, clock.now()),
  async balance(scope, { at = clock.now(), axis }) {
    return { ...found(await cashQueries.balance(scope, at, axis), 'account'), at, axis };
  },
  async statement(scope, range) {
    const from = range.from ?? null;
    // Nothing takes effect in the future, so one millisecond from now is after everything.
    const to = range.to ?? plus(clock.now(), 1);
    if (from !== null && range.to !== undefined && from > range.to) throw endsBeforeItBegins();
    const statement = found(
      await cashQueries.statement(scope, { from, to }, LONGEST_STATEMENT + 1),
      'account',
    );
    if (statement.lines.length > LONGEST_STATEMENT) throw statementTooLong();
    return { ...statement, from, to };
  },
});
