import { versionMismatch } from '../../../src/kernel/errors.js';
import { toPage, type PageRequest } from '../../../src/kernel/page.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import type {
  AccountRepository,
  AmountRepository,
  Axis,
  Books,
  CashPorts,
  CashQueries,
  ClosedPeriod,
  HoldRepository,
  PeriodRepository,
  RealAccountRepository,
  AmountScope,
  LedgerWrite,
} from '../../../src/cash/application/ports.js';
import { isHot, nextAccountVersion, restoreAccount, type Account } from '../../../src/cash/domain/account.js';
import { countable, restoreAmount, type Amount } from '../../../src/cash/domain/amount.js';
import { accountInUse, alreadyReversed, originConflict } from '../../../src/cash/domain/errors.js';
import { restoreHold, statusAt, type Hold } from '../../../src/cash/domain/hold.js';
import {
  nextRealAccountVersion,
  restoreRealAccount,
  type RealAccount,
} from '../../../src/cash/domain/real-account.js';
import type { PostedTransaction } from '../../../src/cash/domain/transaction.js';
import type { BankQueries, ReportQueries } from '../../../src/cash/application/bank-ports.js';
import type { Reopening } from '../../../src/cash/domain/period.js';
import { makeBankAdapters } from './bank.js';
import { InMemoryStore, type Table } from './store.js';

/** One side of a transaction. Balances are never stored here, but always summed from these. */
export type StoredPosting = Readonly<{
  id: string;
  number: number;
  transactionId: string;
  amountId: string;
  delta: number;
  version: number | null;
  effectiveAt: Date;
  postedAt: Date;
}>;
/** The `amount` of a hot one is its sum when its scope was last locked or refreshed. */
type StoredAmount = Omit<Amount, symbol>;
type StoredBatch = Readonly<{ id: string; createdAt: Date; createdBy: string | null }>;
type Counter = Readonly<{ id: string; last: number }>;

const makeAsync =
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> => {
    await Promise.resolve(); // a real adapter is always asynchronous
    return work(...args);
  };

const sum = (values: readonly number[]): number =>
  countable(values.reduce((total, value) => total + value, 0));
const belongsTo = (scope: AmountScope) => (amount: Pick<Amount, 'accountId' | 'realAccountId'>) =>
  'accountId' in scope ? amount.accountId === scope.accountId : amount.realAccountId === scope.realAccountId;
const violates = (what: string): Error => new Error(`violates ${what}`);

/** The page of the sorted `rows` that follows the key `after`. */
function pageOf<Row>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
  keyOf: (row: Row) => string | number,
  isAfter: (key: string | number, last: string | number) => boolean,
) {
  const [last] = after ?? [];
  const rest = last === undefined ? rows : rows.filter((row) => isAfter(keyOf(row), last));
  return toPage(rest.slice(0, limit + 1), limit, (row) => [keyOf(row)]);
}
const upwards = (key: string | number, last: string | number): boolean => key > last;
const downwards = (key: string | number, last: string | number): boolean => key < last;

export class Tables {
  readonly realAccounts: Table<RealAccount>;
  readonly accounts: Table<Account>;
  readonly amounts: Table<StoredAmount>;
  readonly transactions: Table<PostedTransaction>;
  readonly postings: Table<StoredPosting>;
  readonly holds: Table<Hold>;
  readonly periods: Table<ClosedPeriod>;
  readonly reopenings: Table<Reopening>;
  readonly batches: Table<StoredBatch>;
  readonly counters: Table<Counter>;
  constructor(store: InMemoryStore) {
    this.realAccounts = store.table('cash_real_accounts');
    this.accounts = store.table('cash_accounts');
    this.amounts = store.table('cash_amounts');
    this.transactions = store.table('cash_transactions');
    this.postings = store.table('cash_postings');
    this.holds = store.table('cash_holds');
    this.periods = store.table('cash_periods');
    this.reopenings = store.table('cash_period_reopenings');
    this.batches = store.table('cash_batches');
    this.counters = store.table('cash_counters');
  }

  postingsOf(amountIds: ReadonlySet<string>): StoredPosting[] {
    return this.postings.all().filter(({ amountId }) => amountIds.has(amountId));
  }
  balanceOf(amountId: string): number {
    return sum(this.postingsOf(new Set([amountId])).map(({ delta }) => delta));
  }
  isCountable(amountId: string): boolean {
    const postings = this.postingsOf(new Set([amountId]));
    return Number.isSafeInteger(Number(postings.reduce((total, { delta }) => total + BigInt(delta), 0n)));
  }
  amountsOf(scope: AmountScope): StoredAmount[] {
    return this.amounts.all().filter(belongsTo(scope));
  }
  amountAt(accountId: string, realAccountId: string): StoredAmount | undefined {
    return this.amounts
      .all()
      .find((amount) => amount.accountId === accountId && amount.realAccountId === realAccountId);
  }
  isReferredTo(amountId: string): boolean {
    return (
      this.postings.all().some((posting) => posting.amountId === amountId) ||
      this.holds
        .all()
        .some(({ source, target }) => source.amountId === amountId || target.amountId === amountId)
    );
  }
}

const makeRealAccounts = (tables: Tables): RealAccountRepository => ({
  find: makeAsync((id) => {
    const row = tables.realAccounts.get(id);
    return row && restoreRealAccount(row);
  }),
  lock: makeAsync((id) => {
    const row = tables.realAccounts.lock(id);
    return row && restoreRealAccount(row);
  }),
  insert: makeAsync((account) => {
    tables.realAccounts.put(account);
  }),
  save: makeAsync((account) => {
    if (tables.realAccounts.get(account.id)?.version !== account.version) throw versionMismatch();
    const saved = nextRealAccountVersion(account);
    tables.realAccounts.put(saved);
    return saved;
  }),
  delete: makeAsync((id) => {
    const inside = tables.accounts.all().filter(({ realAccountId }) => realAccountId === id);
    const defaults = inside.filter(({ isDefault }) => isDefault);
    const amounts = tables.amounts
      .all()
      .filter(
        (amount) =>
          amount.realAccountId === id || defaults.some((account) => account.id === amount.accountId),
      );
    const used =
      inside.length > defaults.length ||
      amounts.some((amount) => tables.isReferredTo(amount.id)) ||
      tables.periods.all().some(({ realAccountId }) => realAccountId === id);
    if (used) throw accountInUse('It is in use.');
    for (const amount of amounts) tables.amounts.delete(amount.id);
    for (const account of defaults) tables.accounts.delete(account.id);
    tables.realAccounts.delete(id);
  }),
});

const makeAccounts = (tables: Tables): AccountRepository => {
  const byCode = (code: string) => tables.accounts.all().find((account) => account.code === code);
  return {
    find: makeAsync((id) => {
      const row = tables.accounts.get(id);
      return row && restoreAccount(row);
    }),
    findByCode: makeAsync((code) => {
      const row = byCode(code);
      return row && restoreAccount(row);
    }),
    standardCodes: makeAsync(
      () => new Map(tables.accounts.all().flatMap(({ id, code }) => (code === null ? [] : [[id, code]]))),
    ),
    lock: makeAsync((id) => {
      const row = tables.accounts.lock(id);
      return row && restoreAccount(row);
    }),
    insert: makeAsync((account) => {
      if (tables.realAccounts.get(account.realAccountId)?.currency !== account.currency)
        throw violates('the home of an account');
      tables.accounts.put(account);
    }),
    save: makeAsync((account) => {
      if (tables.accounts.get(account.id)?.version !== account.version) throw versionMismatch();
      const saved = nextAccountVersion(account);
      tables.accounts.put(saved);
      return saved;
    }),
    delete: makeAsync((id) => {
      const amounts = tables.amountsOf({ accountId: id });
      if (amounts.some((amount) => tables.isReferredTo(amount.id))) throw accountInUse('It is in use.');
      for (const amount of amounts) tables.amounts.delete(amount.id);
      tables.accounts.delete(id);
    }),
    ensure: makeAsync((realAccounts, accounts) => {
      const real = (code: string | null) => tables.realAccounts.all().find((row) => row.code === code);
      for (const account of realAccounts)
        if (real(account.code) === undefined) tables.realAccounts.put(account);
      for (const account of accounts) {
        const home = real(realAccounts.find(({ id }) => id === account.realAccountId)?.code ?? null);
        if (byCode(account.code) === undefined && home !== undefined)
          tables.accounts.put(restoreAccount({ ...account, realAccountId: home.id }));
      }
    }),
  };
};

const makeAmounts = (tables: Tables): AmountRepository => {
  /** The columns that an amount copies from its account and its real account. */
  const copied = (account: Account, realAccount: RealAccount) => ({
    floor: account.floor,
    hot: isHot(account),
    frozen: account.archivedAt !== null || realAccount.archivedAt !== null,
    closedUntil: realAccount.closedUntil,
  });
  const effectiveIn = (realAccountId: string) =>
    tables.postingsOf(new Set(tables.amountsOf({ realAccountId }).map(({ id }) => id)));
  const earliest = (dates: readonly Date[]): Date | undefined =>
    dates.toSorted((a, b) => a.getTime() - b.getTime())[0];
  return {
    missing: makeAsync((places) =>
      places.filter(
        ({ accountId, realAccountId }) =>
          realAccountId !== undefined && tables.amountAt(accountId, realAccountId) === undefined,
      ),
    ),
    deleteUnused: makeAsync((ids) => {
      for (const id of ids) tables.amounts.delete(id);
    }),
    ensure: makeAsync(({ id, accountId, realAccountId }) => {
      const account = tables.accounts.get(accountId);
      const realAccount = tables.realAccounts.get(realAccountId);
      if (account === undefined || realAccount?.currency !== account.currency) return;
      if (tables.amountAt(accountId, realAccountId) !== undefined) return;
      tables.amounts.put(
        restoreAmount({
          id,
          accountId,
          realAccountId,
          currency: account.currency,
          amount: 0,
          held: 0,
          version: 0,
          ...copied(account, realAccount),
        }),
      );
    }),
    lock: makeAsync((places) => {
      const locked = new Map<string, Amount>();
      return places.map(({ accountId, realAccountId }) => {
        const home = tables.accounts.get(accountId)?.realAccountId;
        const found = tables.amountAt(accountId, realAccountId ?? home ?? '');
        if (found === undefined) return undefined;
        const amount = locked.get(found.id) ?? restoreAmount(tables.amounts.lock(found.id) ?? found);
        locked.set(found.id, amount);
        return amount;
      });
    }),
    lockByIds: makeAsync((ids) =>
      [...new Set(ids)]
        .sort()
        .map((id) => tables.amounts.lock(id))
        .filter((row) => row !== undefined)
        .map(restoreAmount),
    ),
    lockScope: makeAsync((scope) =>
      tables.amountsOf(scope).map((amount) =>
        restoreAmount({
          ...(tables.amounts.lock(amount.id) ?? amount),
          amount: tables.balanceOf(amount.id),
        }),
      ),
    ),
    refresh: makeAsync((scope) => {
      for (const amount of tables.amountsOf(scope)) {
        const account = tables.accounts.get(amount.accountId);
        const realAccount = tables.realAccounts.get(amount.realAccountId);
        if (account === undefined || realAccount === undefined) throw violates('a reference');
        tables.amounts.put(
          restoreAmount({
            ...amount,
            ...copied(account, realAccount),
            amount: tables.balanceOf(amount.id),
          }),
        );
      }
    }),
    checkpoint: makeAsync((id) => {
      const amount = tables.amounts.lock(id);
      if (amount?.hot === true && tables.isCountable(id))
        tables.amounts.put(restoreAmount({ ...amount, amount: tables.balanceOf(id) }));
    }),
    firstEffective: makeAsync((realAccountId, { from, to }) =>
      earliest(
        effectiveIn(realAccountId)
          .map(({ effectiveAt }) => effectiveAt)
          .filter((at) => (from === null || at >= from) && at < to),
      ),
    ),
    lastPosted: makeAsync((realAccountId, before) =>
      effectiveIn(realAccountId)
        .filter(({ effectiveAt }) => effectiveAt < before)
        .map(({ postedAt }) => postedAt)
        .toSorted((a, b) => b.getTime() - a.getTime())
        .at(0),
    ),
  };
};

const sameEvent = (a: PostedTransaction['origin'], b: PostedTransaction['origin']): boolean =>
  a !== null && b !== null && a.type === b.type && a.id === b.id && a.event === b.event;

const makeBooks = (tables: Tables): Books => {
  function assertUnique(entries: LedgerWrite['entries']): void {
    for (const { transaction } of entries) {
      const others = tables.transactions.all();
      if (others.some(({ origin }) => sameEvent(origin, transaction.origin))) throw originConflict();
      if (transaction.reversalOf !== null && others.some((o) => o.reversalOf === transaction.reversalOf))
        throw alreadyReversed();
    }
  }
  function post({ transaction, source, target }: LedgerWrite['entries'][number]): PostedTransaction {
    const number = (tables.counters.get('transactions')?.last ?? 0) + 1;
    tables.counters.put({ id: 'transactions', last: number });
    const posted = { ...transaction, number };
    tables.transactions.put(posted);
    const ends = [
      { amountId: transaction.source.amountId, delta: -transaction.amount, landing: source },
      { amountId: transaction.target.amountId, delta: transaction.amount, landing: target },
    ];
    for (const { amountId, delta, landing } of ends) {
      const amount = tables.amounts.get(amountId);
      if (amount?.currency !== transaction.currency) throw violates('one currency');
      if (amount.closedUntil !== null && transaction.effectiveAt < amount.closedUntil)
        throw violates('the closed period');
      tables.postings.put({
        id: `${amountId} ${number}`,
        number,
        transactionId: transaction.id,
        amountId,
        delta,
        version: landing?.version ?? null,
        effectiveAt: transaction.effectiveAt,
        postedAt: transaction.postedAt,
      });
    }
    return posted;
  }
  return {
    write: makeAsync(({ batch, entries, amounts, openedHolds = [], closedHolds = [] }) => {
      assertUnique(entries);
      if (batch !== undefined) tables.batches.put(batch);
      const posted = entries.map(post);
      for (const { before, after } of amounts) {
        const stored = tables.amounts.get(after.id);
        if (stored?.version !== before.version || stored.held !== before.held)
          throw violates('the lock of an amount');
        tables.amounts.put(
          restoreAmount({
            ...restoreAmount(stored),
            amount: after.amount,
            held: after.held,
            version: after.version,
          }),
        );
      }
      for (const hold of openedHolds) tables.holds.put(hold);
      for (const hold of closedHolds) {
        if (tables.holds.get(hold.id)?.status !== 'open') throw violates('the lock of a hold');
        tables.holds.put(hold);
      }
      return posted;
    }),
    find: makeAsync((id) => tables.transactions.get(id)),
    findByOrigin: makeAsync((origin) =>
      tables.transactions.all().find((transaction) => sameEvent(transaction.origin, origin)),
    ),
    reversalStatus: makeAsync((id) => {
      const others = tables.transactions.all();
      return {
        reversed: others.some(({ reversalOf }) => reversalOf === id),
        refunded: sum(others.filter(({ refundOf }) => refundOf === id).map(({ amount }) => amount)),
      };
    }),
  };
};

const makeHolds = (tables: Tables): HoldRepository => ({
  find: makeAsync((id) => {
    const row = tables.holds.get(id);
    return row && restoreHold(row);
  }),
  due: makeAsync((amountIds, now) =>
    tables.holds
      .all()
      .filter(
        ({ source, status, expiresAt }) =>
          amountIds.includes(source.amountId) && status === 'open' && expiresAt <= now,
      )
      .map(restoreHold),
  ),
});

const makePeriods = (tables: Tables): PeriodRepository => {
  const closed = (realAccountId: string): ClosedPeriod[] =>
    tables.periods
      .all()
      .filter(
        (period) =>
          period.realAccountId === realAccountId &&
          !tables.reopenings.all().some(({ periodId }) => periodId === period.id),
      )
      .toSorted((a, b) => (a.period < b.period ? 1 : -1));
  return {
    insert: makeAsync((period) => {
      const later = closed(period.realAccountId).some((other) => other.period >= period.period);
      if (later) throw violates('one closing a month');
      tables.periods.put(period);
    }),
    lastClosed: makeAsync((realAccountId, limit) => closed(realAccountId).slice(0, limit)),
    reopen: makeAsync((reopening) => {
      if (tables.reopenings.all().some(({ periodId }) => periodId === reopening.periodId))
        throw violates('one reopening a closing');
      tables.reopenings.put(reopening);
    }),
  };
};

function makeQueries(tables: Tables): CashQueries {
  const realAccountView = (account: RealAccount) => ({
    ...restoreRealAccount(account),
    balance: sum(tables.amountsOf({ realAccountId: account.id }).map(({ id }) => tables.balanceOf(id))),
    defaultAccountId:
      tables.accounts.all().find(({ isDefault, realAccountId }) => isDefault && realAccountId === account.id)
        ?.id ?? '',
  });
  const accountView = (account: Account) => ({
    ...restoreAccount(account),
    balance: sum(tables.amountsOf({ accountId: account.id }).map(({ id }) => tables.balanceOf(id))),
  });
  const heldAt = (amountIds: ReadonlySet<string>, at: Date): number =>
    sum(
      tables.holds
        .all()
        .filter(
          ({ source, createdAt, closedAt, expiresAt }) =>
            amountIds.has(source.amountId) && createdAt <= at && at < (closedAt ?? expiresAt),
        )
        .map(({ amount }) => amount),
    );
  const amountView = (
    { id, realAccountId, accountId, currency, floor, version }: StoredAmount,
    now: Date,
  ) => ({
    id,
    realAccountId,
    accountId,
    currency,
    amount: tables.balanceOf(id),
    held: sum(
      tables.holds
        .all()
        .filter((hold) => hold.source.amountId === id && statusAt(restoreHold(hold), now) === 'open')
        .map(({ amount }) => amount),
    ),
    floor,
    version,
  });
  const currencyOf = (scope: AmountScope): string | undefined =>
    'accountId' in scope
      ? tables.accounts.get(scope.accountId)?.currency
      : tables.realAccounts.get(scope.realAccountId)?.currency;
  const onAxis = (axis: Axis) => (posting: StoredPosting) =>
    axis === 'effective' ? posting.effectiveAt : posting.postedAt;

  return {
    realAccount: makeAsync((id) => {
      const row = tables.realAccounts.get(id);
      return row && realAccountView(row);
    }),
    realAccounts: makeAsync(({ kind, archived }, page) =>
      pageOf(
        tables.realAccounts
          .all()
          .filter(
            (row) =>
              (kind === undefined || row.kind === kind) &&
              (archived === undefined || archived === (row.archivedAt !== null)),
          )
          .map(realAccountView),
        page,
        ({ id }) => id,
        upwards,
      ),
    ),
    account: makeAsync((id) => {
      const row = tables.accounts.get(id);
      return row && accountView(row);
    }),
    accounts: makeAsync(({ realAccountId, type, archived }, page) =>
      pageOf(
        tables.accounts
          .all()
          .filter(
            (row) =>
              (realAccountId === undefined || row.realAccountId === realAccountId) &&
              (type === undefined || row.type === type) &&
              (archived === undefined || archived === (row.archivedAt !== null)),
          )
          .map(accountView),
        page,
        ({ id }) => id,
        upwards,
      ),
    ),
    amount: makeAsync((id, now) => {
      const row = tables.amounts.get(id);
      return row && amountView(row, now);
    }),
    amounts: makeAsync(({ realAccountId, accountId }, page, now) =>
      pageOf(
        tables.amounts
          .all()
          .filter(
            (row) =>
              (realAccountId === undefined || row.realAccountId === realAccountId) &&
              (accountId === undefined || row.accountId === accountId),
          )
          .map((row) => amountView(row, now)),
        page,
        ({ id }) => id,
        upwards,
      ),
    ),
    transaction: makeAsync((id) => tables.transactions.get(id)),
    transactions: makeAsync(({ accountId, realAccountId, from, to, origin }, page) =>
      pageOf(
        tables.transactions
          .all()
          .filter(
            (row) =>
              [row.source, row.target].some(
                (end) =>
                  (accountId === undefined || end.accountId === accountId) &&
                  (realAccountId === undefined || end.realAccountId === realAccountId),
              ) &&
              (from === undefined || row.effectiveAt >= from) &&
              (to === undefined || row.effectiveAt < to) &&
              (origin === undefined || (row.origin?.type === origin.type && row.origin.id === origin.id)),
          )
          .toSorted((a, b) => b.number - a.number),
        page,
        ({ number }) => number,
        downwards,
      ),
    ),
    hold: makeAsync((id) => {
      const row = tables.holds.get(id);
      return row && restoreHold(row);
    }),
    holds: makeAsync(({ accountId, status }, page, now) =>
      pageOf(
        tables.holds
          .all()
          .map(restoreHold)
          .filter(
            (row) =>
              (accountId === undefined || [row.source, row.target].some((e) => e.accountId === accountId)) &&
              (status === undefined || statusAt(row, now) === status),
          )
          .toReversed(),
        page,
        ({ id }) => id,
        downwards,
      ),
    ),
    balance: makeAsync((scope, at, axis) => {
      const currency = currencyOf(scope);
      if (currency === undefined) return undefined;
      const amounts = tables.amountsOf(scope);
      const ids = new Set(amounts.map(({ id }) => id));
      const timeOf = onAxis(axis);
      const floors = amounts.map(({ floor }) => floor);
      return {
        currency,
        balance: sum(
          tables
            .postingsOf(ids)
            .filter((posting) => timeOf(posting) <= at)
            .map(({ delta }) => delta),
        ),
        held: heldAt(ids, at),
        floor: floors.includes(null) || floors.length === 0 ? null : sum(floors.map((floor) => floor ?? 0)),
      };
    }),
    statement: makeAsync((scope, { from, to }, limit) => {
      const currency = currencyOf(scope);
      if (currency === undefined) return undefined;
      const postings = tables.postingsOf(new Set(tables.amountsOf(scope).map(({ id }) => id)));
      const isBefore = ({ effectiveAt }: StoredPosting): boolean => from !== null && effectiveAt < from;
      const opening = sum(postings.filter(isBefore).map(({ delta }) => delta));
      const deltas = new Map<number, number>();
      for (const posting of postings)
        if (!isBefore(posting) && posting.effectiveAt < to)
          deltas.set(posting.number, (deltas.get(posting.number) ?? 0) + posting.delta);
      const moved = tables.transactions
        .all()
        .filter(({ number }) => (deltas.get(number) ?? 0) !== 0)
        .toSorted((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || a.number - b.number)
        .slice(0, limit);
      let balance = opening;
      const lines = moved.map(({ id, number, effectiveAt, description }) => {
        const amount = deltas.get(number) ?? 0;
        balance = countable(balance + amount);
        return { transactionId: id, number, effectiveAt, description, amount, balance };
      });
      return { currency, opening, lines, closing: balance };
    }),
    amountsWithDueHolds: makeAsync((now, limit) =>
      [
        ...new Set(
          tables.holds
            .all()
            .filter(({ status, expiresAt }) => status === 'open' && expiresAt <= now)
            .map(({ source }) => source.amountId),
        ),
      ]
        .sort()
        .slice(0, limit),
    ),
    // There are no checkpoints here, so no amount is ever behind.
    amountsBehind: makeAsync(() => []),
  };
}

export type InMemoryCash = CashPorts &
  Readonly<{
    cashUnitOfWork: UnitOfWork<CashPorts>;
    bankQueries: BankQueries;
    reportQueries: ReportQueries;
    store: InMemoryStore;
    tables: Tables;
  }>;

/**
 * Cash's ports in memory. They pass the same contract as the Sequelize adapters (test/contracts) and are the oracle for
 * them: every balance is computed as the sum of its postings.
 */
export function makeInMemoryCash(store = new InMemoryStore()): InMemoryCash {
  const tables = new Tables(store);
  const { bankQueries, reportQueries, ...bank } = makeBankAdapters(tables, store);
  const ports: CashPorts = {
    ...bank,
    realAccounts: makeRealAccounts(tables),
    accounts: makeAccounts(tables),
    amounts: makeAmounts(tables),
    books: makeBooks(tables),
    holds: makeHolds(tables),
    periods: makePeriods(tables),
    cashQueries: makeQueries(tables),
  };
  return { ...ports, bankQueries, reportQueries, cashUnitOfWork: store.unitOfWork(ports), store, tables };
}
