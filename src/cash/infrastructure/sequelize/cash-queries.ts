import { toPage, type PageRequest } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type {
  AccountView,
  AmountView,
  Axis,
  CashQueries,
  RealAccountView,
  Statement as AccountStatement,
  AmountScope,
} from '../../application/ports.js';
import { toAccount, type AccountColumns } from './account-repository.js';
import { parameters, variant, where, type Parameters } from './filters.js';
import { HOLD_BY_ID, HOLD_COLUMNS, HOLD_ENDS, toHold, type HoldColumns } from './hold-repository.js';
import { toMinor, toMinorOrNull, toSum } from './minor-units.js';
import { toRealAccount, type RealAccountColumns } from './real-account-repository.js';
import { selectTransactions } from './select-transactions.js';
import { toTransaction, TRANSACTION_BY_ID, type TransactionColumns } from './transaction-columns.js';

const REAL_ACCOUNT = `
  SELECT r.id, r.code, r.name, r.kind, r.currency, r.iban, r.archived_at AS "archivedAt",
    r.closed_through AS "closedThrough", r.closed_until AS "closedUntil", r.created_at AS "createdAt",
    r.updated_at AS "updatedAt", r.version, e.id AS "defaultAccountId",
    (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.real_account_id = r.id)::text AS balance
  FROM cash_real_accounts r JOIN cash_accounts e ON e.real_account_id = r.id AND e.is_default`;

const ACCOUNT = `
  SELECT e.id, e.code, e.name, e.real_account_id AS "realAccountId", e.type, e.currency, e.floor, e.goal,
    e.is_default AS "isDefault", e.archived_at AS "archivedAt", e.created_at AS "createdAt",
    e.updated_at AS "updatedAt", e.version,
    (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.account_id = e.id)::text AS balance
  FROM cash_accounts e`;

/** A hold reserves from its creation until it is closed or expires. `at` is a parameter. */
const holdsAt = (at: string): string =>
  `h.created_at <= ${at} AND ${at} < coalesce(h.closed_at, h.expires_at)`;

const amountStatement = (now: string): string => `
  SELECT b.amount_id AS id, b.real_account_id AS "realAccountId", b.account_id AS "accountId", b.currency, b.amount,
    b.floor, b.version,
    (SELECT coalesce(sum(h.amount), 0) FROM cash_holds h
     WHERE h.source_amount_id = b.amount_id AND h.status = 'open' AND h.expires_at > ${now})::text AS held
  FROM cash_balances b`;

const REAL_ACCOUNT_BY_ID: Statement = {
  name: 'cash_real_account',
  text: `${REAL_ACCOUNT} WHERE r.id = $1`,
};
const ACCOUNT_BY_ID: Statement = { name: 'cash_account', text: `${ACCOUNT} WHERE e.id = $1` };
const AMOUNT_BY_ID: Statement = {
  name: 'cash_amount',
  text: `${amountStatement('$2')} WHERE b.amount_id = $1`,
};

type Balanced = Readonly<{ balance: string }>;
type RealAccountViewColumns = RealAccountColumns & Balanced & Readonly<{ defaultAccountId: string }>;
type AccountViewColumns = AccountColumns & Balanced;
type AmountViewColumns = Omit<AmountView, 'amount' | 'held' | 'floor'> &
  Readonly<{ amount: string; held: string; floor: string | null }>;

const toRealAccountView = (row: RealAccountViewColumns): RealAccountView => ({
  ...toRealAccount(row),
  balance: toSum(row.balance),
  defaultAccountId: row.defaultAccountId,
});
const toAccountView = (row: AccountViewColumns): AccountView => ({
  ...toAccount(row),
  balance: toSum(row.balance),
});
const toAmountView = (row: AmountViewColumns): AmountView => ({
  id: row.id,
  realAccountId: row.realAccountId,
  accountId: row.accountId,
  currency: row.currency,
  amount: toSum(row.amount),
  held: toSum(row.held),
  floor: toMinorOrNull(row.floor),
  version: row.version,
});

/** The column of `cash_amounts` that selects `scope`, and the table in which its id exists. */
const partsOf = (scope: AmountScope) =>
  'accountId' in scope
    ? { id: scope.accountId, column: 'account_id', table: 'cash_accounts' }
    : { id: scope.realAccountId, column: 'real_account_id', table: 'cash_real_accounts' };

const AXIS_COLUMN: Readonly<Record<Axis, string>> = { effective: 'effective_at', recorded: 'posted_at' };

/** Computed backwards from the present balance, because most queries ask about recent times. */
const balanceStatement = (column: string, table: string, axis: Axis): Statement => ({
  name: `cash_balance_${column}_${axis}`,
  text: `
    SELECT w.currency, (here.amount - later.delta)::text AS balance, held.amount::text AS held, here.floor::text AS floor
    FROM ${table} w
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(b.amount), 0) AS amount,
             CASE WHEN count(*) = count(b.floor) THEN sum(b.floor) END AS floor
      FROM cash_balances b WHERE b.${column} = w.id
    ) AS here
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(p.delta), 0) AS delta
      FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
      WHERE a.${column} = w.id AND p.${AXIS_COLUMN[axis]} > $2
    ) AS later
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(h.amount), 0) AS amount
      FROM cash_amounts a JOIN cash_holds h ON h.source_amount_id = a.id
      WHERE a.${column} = w.id AND ${holdsAt('$2')}
    ) AS held
    WHERE w.id = $1`,
});

/** Movements within the account sum to zero and are left out. */
const accountStatement = (column: string, table: string): Statement => ({
  name: `cash_statement_${column}`,
  text: `
    WITH opening AS MATERIALIZED (
      SELECT (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.${column} = $1)
           - (SELECT coalesce(sum(p.delta), 0) FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
              WHERE a.${column} = $1 AND p.effective_at >= coalesce($2::timestamptz, '-infinity')) AS balance
    ), line AS MATERIALIZED (
      SELECT p.transaction_number AS number, p.effective_at, sum(p.delta) AS delta
      FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
      WHERE a.${column} = $1 AND p.effective_at >= coalesce($2::timestamptz, '-infinity') AND p.effective_at < $3
      GROUP BY p.transaction_number, p.effective_at HAVING sum(p.delta) <> 0
      ORDER BY p.effective_at, p.transaction_number
      LIMIT $4
    )
    SELECT w.currency, opening.balance::text AS opening, t.id AS "transactionId", l.number, l.effective_at AS "effectiveAt",
      t.description, l.delta::text AS amount,
      (opening.balance + sum(l.delta) OVER (ORDER BY l.effective_at, l.number))::text AS balance
    FROM ${table} w CROSS JOIN opening
    LEFT JOIN (line l JOIN cash_transactions t ON t.number = l.number) ON true
    WHERE w.id = $1
    ORDER BY l.effective_at, l.number`,
});

type StatementColumns = Readonly<{ currency: string; opening: string }> &
  (
    | Readonly<{ transactionId: null }>
    | Readonly<{
        transactionId: string;
        number: string;
        effectiveAt: Date;
        description: string | null;
        amount: string;
        balance: string;
      }>
  );

function toStatement(rows: readonly StatementColumns[]): AccountStatement | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const lines = rows
    .filter((row) => row.transactionId !== null)
    .map((row) => ({
      transactionId: row.transactionId,
      number: toMinor(row.number),
      effectiveAt: row.effectiveAt,
      description: row.description,
      amount: toSum(row.amount),
      balance: toSum(row.balance),
    }));
  const opening = toSum(first.opening);
  return { currency: first.currency, opening, lines, closing: lines.at(-1)?.balance ?? opening };
}

const AMOUNTS_WITH_DUE_HOLDS: Statement = {
  name: 'cash_amounts_with_due_holds',
  text: `
    SELECT DISTINCT source_amount_id AS id FROM cash_holds
    WHERE status = 'open' AND expires_at <= $1 ORDER BY source_amount_id LIMIT $2`,
};
const AMOUNTS_BEHIND: Statement = {
  name: 'cash_amounts_behind',
  text: `
    SELECT a.id FROM cash_amounts a
    WHERE a.hot AND EXISTS (
      SELECT FROM cash_postings p WHERE p.amount_id = a.id AND p.transaction_number > a.checkpoint
      ORDER BY p.transaction_number OFFSET $1 LIMIT 1
    )
    ORDER BY a.id LIMIT $2`,
};

const first = <Row, View>([row]: readonly Row[], toView: (row: Row) => View): View | undefined =>
  row === undefined ? undefined : toView(row);

export const makeCashQueries = ({ database }: { database: Database }): CashQueries => {
  /** Oldest first, by id, which is the order of creation. */
  const listById = async <Row extends object>(
    list: Readonly<{
      name: string;
      select: string;
      idColumn: string;
      conditions: readonly (string | undefined)[];
    }>,
    { values, add }: Parameters,
    { limit, after }: PageRequest,
  ): Promise<Row[]> => {
    const conditions = [...list.conditions, after && `${list.idColumn} > ${add(after[0])}`];
    return database.rows<Row>(
      {
        name: variant(list.name, ...conditions),
        text: `${list.select} ${where(conditions)} ORDER BY ${list.idColumn} LIMIT ${add(limit + 1)}`,
      },
      values,
    );
  };
  const archivedIs = (column: string, archived: boolean | undefined) =>
    archived === undefined ? undefined : `${column} IS ${archived ? 'NOT ' : ''}NULL`;
  const yesOrNo = (flag: boolean | undefined): string => (flag === undefined ? '' : flag ? '_yes' : '_no');

  return {
    realAccount: async (id) =>
      first(await database.rows<RealAccountViewColumns>(REAL_ACCOUNT_BY_ID, [id]), toRealAccountView),
    async realAccounts({ kind, archived }, page) {
      const bound = parameters();
      const conditions = [kind && `r.kind = ${bound.add(kind)}`, archivedIs('r.archived_at', archived)];
      const rows = await listById<RealAccountViewColumns>(
        {
          name: `cash_real_accounts${yesOrNo(archived)}`,
          select: REAL_ACCOUNT,
          idColumn: 'r.id',
          conditions,
        },
        bound,
        page,
      );
      return toPage(rows.map(toRealAccountView), page.limit, ({ id }) => [id]);
    },
    account: async (id) => first(await database.rows<AccountViewColumns>(ACCOUNT_BY_ID, [id]), toAccountView),
    async accounts({ realAccountId, type, archived }, page) {
      const bound = parameters();
      const conditions = [
        realAccountId && `e.real_account_id = ${bound.add(realAccountId)}`,
        type && `e.type = ${bound.add(type)}`,
        archivedIs('e.archived_at', archived),
      ];
      const rows = await listById<AccountViewColumns>(
        {
          name: `cash_accounts${yesOrNo(archived)}`,
          select: ACCOUNT,
          idColumn: 'e.id',
          conditions,
        },
        bound,
        page,
      );
      return toPage(rows.map(toAccountView), page.limit, ({ id }) => [id]);
    },
    amount: async (id, now) =>
      first(await database.rows<AmountViewColumns>(AMOUNT_BY_ID, [id, now]), toAmountView),
    async amounts({ realAccountId, accountId }, page, now) {
      const bound = parameters();
      const select = amountStatement(bound.add(now));
      const conditions = [
        realAccountId && `b.real_account_id = ${bound.add(realAccountId)}`,
        accountId && `b.account_id = ${bound.add(accountId)}`,
      ];
      const rows = await listById<AmountViewColumns>(
        { name: 'cash_amounts', select, idColumn: 'b.amount_id', conditions },
        bound,
        page,
      );
      return toPage(rows.map(toAmountView), page.limit, ({ id }) => [id]);
    },
    transaction: async (id) =>
      first(await database.rows<TransactionColumns>(TRANSACTION_BY_ID, [id]), toTransaction),
    async transactions(filter, { limit, after }) {
      const { statement, values } = selectTransactions(filter, limit, after);
      const rows = await database.rows<TransactionColumns>(statement, values);
      return toPage(rows.map(toTransaction), limit, ({ number }) => [number]);
    },
    hold: async (id) => first(await database.rows<HoldColumns>(HOLD_BY_ID, [id]), toHold),
    async holds({ accountId, status }, { limit, after }, now) {
      const { values, add } = parameters();
      // An open hold past its expiry counts as expired, even before the job has released it.
      const statusNow = () =>
        `CASE WHEN h.status = 'open' AND h.expires_at <= ${add(now)} THEN 'expired' ELSE h.status END`;
      const conditions = [
        accountId && `${add(accountId)} IN (s.account_id, g.account_id)`,
        status && `${statusNow()} = ${add(status)}`,
        after && `h.id < ${add(after[0])}`,
      ];
      const rows = await database.rows<HoldColumns>(
        {
          name: variant('cash_holds', ...conditions),
          text: `SELECT ${HOLD_COLUMNS} FROM cash_holds h ${HOLD_ENDS} ${where(conditions)}
            ORDER BY h.id DESC LIMIT ${add(limit + 1)}`,
        },
        values,
      );
      return toPage(rows.map(toHold), limit, ({ id }) => [id]);
    },
    async balance(scope, at, axis) {
      const { id, column, table } = partsOf(scope);
      type Row = { currency: string; balance: string; held: string; floor: string | null };
      const [row] = await database.rows<Row>(balanceStatement(column, table, axis), [id, at]);
      return (
        row && {
          currency: row.currency,
          balance: toSum(row.balance),
          held: toSum(row.held),
          floor: row.floor === null ? null : toSum(row.floor),
        }
      );
    },
    async statement(scope, { from, to }, limit) {
      const { id, column, table } = partsOf(scope);
      const values = [id, from, to, limit];
      return toStatement(await database.rows<StatementColumns>(accountStatement(column, table), values));
    },
    async amountsWithDueHolds(now, limit) {
      const rows = await database.rows<{ id: string }>(AMOUNTS_WITH_DUE_HOLDS, [now, limit]);
      return rows.map(({ id }) => id);
    },
    async amountsBehind(postings, limit) {
      const rows = await database.rows<{ id: string }>(AMOUNTS_BEHIND, [postings, limit]);
      return rows.map(({ id }) => id);
    },
  };
};
