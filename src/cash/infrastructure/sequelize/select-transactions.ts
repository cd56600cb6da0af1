import type { PageKey } from '../../../kernel/page.js';
import type { Statement } from '../../../platform/database/database.js';
import type { TransactionFilter } from '../../application/ports.js';
import { parameters, variant, where, type Parameters } from './filters.js';
import { BOTH_ENDS, TRANSACTION_COLUMNS } from './transaction-columns.js';

type Prepared = Readonly<{ statement: Statement; values: readonly unknown[] }>;

/** Conditions on the effective instant of transactions or of postings: `alias` is either's. */
const inRange = (alias: string, { from, to }: TransactionFilter, { add }: Parameters) => [
  from && `${alias}.effective_at >= ${add(from)}`,
  to && `${alias}.effective_at < ${add(to)}`,
];

const ofPlace = ({ accountId, realAccountId }: TransactionFilter, { add }: Parameters) => [
  accountId && `a.account_id = ${add(accountId)}`,
  realAccountId && `a.real_account_id = ${add(realAccountId)}`,
];

/**
 * A page of transactions, last posted first. Where a place is named, the newest of each of its amounts are taken from the
 * index and merged: the whole of a busy account is never sorted. An origin has few transactions, so there it is the other
 * way round.
 */
export function selectTransactions(filter: TransactionFilter, limit: number, after?: PageKey): Prepared {
  const { accountId, realAccountId, from, to, origin } = filter;
  const name = variant('cash_transactions', accountId, realAccountId, from, to, origin, after);
  const bound = parameters();
  const { values, add } = bound;
  const atMost = add(limit + 1);
  const named = accountId !== undefined || realAccountId !== undefined;
  const select = `SELECT ${TRANSACTION_COLUMNS}`;
  const order = `ORDER BY t.number DESC LIMIT ${atMost}`;

  if (named && origin === undefined) {
    const before = after && `p.transaction_number < ${add(after[0])}`;
    const postings = where(['p.amount_id = a.id', before, ...inRange('p', filter, bound)]);
    const text = `
      WITH page AS (
        SELECT DISTINCT newest.number
        FROM cash_amounts a CROSS JOIN LATERAL (
          SELECT p.transaction_number AS number FROM cash_postings p ${postings}
          ORDER BY p.transaction_number DESC LIMIT ${atMost}
        ) AS newest
        ${where(ofPlace(filter, bound))}
        ORDER BY newest.number DESC LIMIT ${atMost}
      )
      ${select} FROM page JOIN cash_transactions t ON t.number = page.number ${BOTH_ENDS} ${order}`;
    return { statement: { name, text }, values };
  }

  const conditions = [
    after && `t.number < ${add(after[0])}`,
    origin && `t.origin_type = ${add(origin.type)} AND t.origin_id = ${add(origin.id)}`,
    ...inRange('t', filter, bound),
    named
      ? `EXISTS (SELECT FROM cash_postings p JOIN cash_amounts a ON a.id = p.amount_id
           ${where(['p.transaction_number = t.number', ...ofPlace(filter, bound)])})`
      : undefined,
  ];
  const text = `${select} FROM cash_transactions t ${BOTH_ENDS} ${where(conditions)} ${order}`;
  return { statement: { name, text }, values };
}
