import { toPage } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import { listStatement, type List, type SortKey } from '../../../platform/database/list-statement.js';
import type { TransactionFilter, TransactionQueries } from '../../application/ports.js';
import {
  SELECT_TRANSACTIONS,
  SELECT_TRANSACTIONS_OF_PAGE,
  toTransaction,
  TRANSACTION_BY_ID,
  type TransactionColumns,
} from './select-transactions.js';

type Range = Pick<TransactionFilter, 'from' | 'to'>;
type OriginFilter = Range & Pick<TransactionFilter, 'origin'>;

const inRange = (effectiveAt: string): List<Range>['filters'] => ({
  from: (from, bind) => `${effectiveAt} >= ${bind(from)}`,
  to: (to, bind) => `${effectiveAt} < ${bind(to)}`,
});

const BY_NUMBER: SortKey = { sql: 't.number', type: 'bigint' };

const TRANSACTIONS: List<OriginFilter> = {
  name: 'cash_transactions',
  filters: {
    ...inRange('t.effective_at'),
    origin: ({ type, id }, bind) => `t.origin_type = ${bind(type)} AND t.origin_id = ${bind(id)}`,
  },
  sortKeys: [BY_NUMBER],
  text: ({ where, orderBy, limit }) => `${SELECT_TRANSACTIONS} ${where} ${orderBy} ${limit}`,
};

/** The lists of transactions with a posting to certain amounts `a`; `condition` selects them by the parameters `$1`, `$2`. */
const listsOf = (name: string, condition: string) => ({
  /**
   * The newest postings of each amount are read from its index and merged, because sorting all postings of a busy account is
   * slow.
   */
  merged: {
    name: `cash_transactions_of_${name}`,
    always: ['p.amount_id = a.id'],
    filters: inRange('p.effective_at'),
    sortKeys: [{ sql: 'p.transaction_number', type: 'bigint' }],
    text: ({ where, orderBy, limit }) => `
      WITH page AS (
        SELECT DISTINCT newest.number
        FROM cash_amounts a CROSS JOIN LATERAL (
          SELECT p.transaction_number AS number FROM cash_postings p ${where} ${orderBy} ${limit}
        ) AS newest
        WHERE ${condition}
        ORDER BY newest.number DESC ${limit}
      )
      ${SELECT_TRANSACTIONS_OF_PAGE} ORDER BY t.number DESC`,
  } satisfies List<Range>,
  /** An origin has few transactions, so they are read first and then filtered by their postings. */
  ofOrigin: {
    ...TRANSACTIONS,
    name: `cash_transactions_of_origin_and_${name}`,
    always: [
      `EXISTS (SELECT FROM cash_postings p JOIN cash_amounts a ON a.id = p.amount_id
         WHERE p.transaction_number = t.number AND ${condition})`,
    ],
  } satisfies List<OriginFilter>,
});

const OF_ACCOUNT = listsOf('account', 'a.account_id = $1');
const OF_REAL_ACCOUNT = listsOf('real_account', 'a.real_account_id = $1');
const OF_AMOUNT = listsOf('amount', 'a.account_id = $1 AND a.real_account_id = $2');

/** The statement of a page of transactions, last posted first. */
function statementFor(
  { accountId, realAccountId, origin, ...range }: TransactionFilter,
  page: Parameters<TransactionQueries['transactions']>[1],
): ReturnType<typeof listStatement> {
  const parameters = [accountId, realAccountId].filter((id) => id !== undefined);
  const request = { parameters, page, direction: 'DESC' } as const;
  if (parameters.length === 0)
    return listStatement(TRANSACTIONS, { ...request, filter: { ...range, origin } });
  const lists =
    realAccountId === undefined ? OF_ACCOUNT : accountId === undefined ? OF_REAL_ACCOUNT : OF_AMOUNT;
  return origin === undefined
    ? listStatement(lists.merged, { ...request, filter: range })
    : listStatement(lists.ofOrigin, { ...request, filter: { ...range, origin } });
}

export const makeTransactionQueries = ({ database }: { database: Database }): TransactionQueries => ({
  async transaction(id) {
    const [row] = await database.rows<TransactionColumns>(TRANSACTION_BY_ID, [id]);
    return row && toTransaction(row);
  },
  async transactions(filter, page) {
    const { statement, values } = statementFor(filter, page);
    const rows = await database.rows<TransactionColumns>(statement, values);
    return toPage(rows.map(toTransaction), page.limit, ({ number }) => [number]);
  },
});
