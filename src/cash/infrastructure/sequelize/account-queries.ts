import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type {
  AccountFilter,
  AccountQueries,
  AccountView,
  AmountFilter,
  AmountView,
  RealAccountFilter,
  RealAccountView,
} from '../../application/ports.js';
import { toAccount, type AccountColumns } from './account-repository.js';
import { toMinorOrNull, toSum } from './minor-units.js';
import { accountAttributes } from './models/account.js';
import { amountAttributes } from './models/amount.js';
import { realAccountAttributes } from './models/real-account.js';
import { toRealAccount, type RealAccountColumns } from './real-account-repository.js';

const SELECT_REAL_ACCOUNTS = `
  SELECT ${columns(realAccountAttributes(), 'r')}, e.id AS "defaultAccountId",
    (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.real_account_id = r.id)::text AS balance
  FROM cash_real_accounts r JOIN cash_accounts e ON e.real_account_id = r.id AND e.is_default`;

const SELECT_ACCOUNTS = `
  SELECT ${columns(accountAttributes(), 'e')},
    (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.account_id = e.id)::text AS balance
  FROM cash_accounts e`;

/**
 * Amounts with their full balances and the sum of the holds that have not expired at `$1`. The view has the columns of the
 * table, but its `amount` is the full balance.
 */
const SELECT_AMOUNTS = `
  SELECT b.amount_id AS id,
    ${columns(amountAttributes(), 'b', { only: ['realAccountId', 'accountId', 'currency', 'amount', 'floor', 'version'] })},
    (SELECT coalesce(sum(h.amount), 0) FROM cash_holds h
     WHERE h.source_amount_id = b.amount_id AND h.status = 'open' AND h.expires_at > $1)::text AS held
  FROM cash_balances b`;

const REAL_ACCOUNT_BY_ID: Statement = {
  name: 'cash_real_account',
  text: `${SELECT_REAL_ACCOUNTS} WHERE r.id = $1`,
};
const ACCOUNT_BY_ID: Statement = { name: 'cash_account', text: `${SELECT_ACCOUNTS} WHERE e.id = $1` };
const AMOUNT_BY_ID: Statement = { name: 'cash_amount', text: `${SELECT_AMOUNTS} WHERE b.amount_id = $2` };

// Oldest first: the order of the ids is the order of creation.

const REAL_ACCOUNTS: List<RealAccountFilter> = {
  name: 'cash_real_accounts',
  filters: {
    kind: (kind, bind) => `r.kind = ${bind(kind)}`,
    archived: (archived, bind) => `(r.archived_at IS NOT NULL) = ${bind(archived)}`,
  },
  sortKeys: [{ sql: 'r.id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) => `${SELECT_REAL_ACCOUNTS} ${where} ${orderBy} ${limit}`,
};

const ACCOUNTS: List<AccountFilter> = {
  name: 'cash_accounts',
  filters: {
    realAccountId: (id, bind) => `e.real_account_id = ${bind(id)}`,
    type: (type, bind) => `e.type = ${bind(type)}`,
    archived: (archived, bind) => `(e.archived_at IS NOT NULL) = ${bind(archived)}`,
  },
  sortKeys: [{ sql: 'e.id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) => `${SELECT_ACCOUNTS} ${where} ${orderBy} ${limit}`,
};

const AMOUNTS: List<AmountFilter> = {
  name: 'cash_amounts',
  filters: {
    realAccountId: (id, bind) => `b.real_account_id = ${bind(id)}`,
    accountId: (id, bind) => `b.account_id = ${bind(id)}`,
  },
  sortKeys: [{ sql: 'b.amount_id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) => `${SELECT_AMOUNTS} ${where} ${orderBy} ${limit}`,
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

export const makeAccountQueries = ({ database }: { database: Database }): AccountQueries => ({
  async realAccount(id) {
    const [row] = await database.rows<RealAccountViewColumns>(REAL_ACCOUNT_BY_ID, [id]);
    return row && toRealAccountView(row);
  },
  async realAccounts(filter, page) {
    const { statement, values } = listStatement(REAL_ACCOUNTS, { filter, page, direction: 'ASC' });
    const rows = await database.rows<RealAccountViewColumns>(statement, values);
    return toPage(rows.map(toRealAccountView), page.limit, ({ id }) => [id]);
  },
  async account(id) {
    const [row] = await database.rows<AccountViewColumns>(ACCOUNT_BY_ID, [id]);
    return row && toAccountView(row);
  },
  async accounts(filter, page) {
    const { statement, values } = listStatement(ACCOUNTS, { filter, page, direction: 'ASC' });
    const rows = await database.rows<AccountViewColumns>(statement, values);
    return toPage(rows.map(toAccountView), page.limit, ({ id }) => [id]);
  },
  async amount(id, now) {
    const [row] = await database.rows<AmountViewColumns>(AMOUNT_BY_ID, [now, id]);
    return row && toAmountView(row);
  },
  async amounts(filter, page, now) {
    const request = { parameters: [now], filter, page, direction: 'ASC' } as const;
    const { statement, values } = listStatement(AMOUNTS, request);
    const rows = await database.rows<AmountViewColumns>(statement, values);
    return toPage(rows.map(toAmountView), page.limit, ({ id }) => [id]);
  },
});
