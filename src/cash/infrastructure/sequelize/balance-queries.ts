import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type {
  AmountScope,
  Axis,
  BalanceQueries,
  Statement as AccountStatement,
} from '../../application/ports.js';
import { toSum } from './minor-units.js';

/** A hold reserves from its creation until it is closed or expires. `at` is a parameter. */
const holdsAt = (at: string): string =>
  `h.created_at <= ${at} AND ${at} < coalesce(h.closed_at, h.expires_at)`;

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
      number: toNumber(row.number),
      effectiveAt: row.effectiveAt,
      description: row.description,
      amount: toSum(row.amount),
      balance: toSum(row.balance),
    }));
  const opening = toSum(first.opening);
  return { currency: first.currency, opening, lines, closing: lines.at(-1)?.balance ?? opening };
}

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

export const makeBalanceQueries = ({ database }: { database: Database }): BalanceQueries => ({
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
  async amountsBehind(postings, limit) {
    const rows = await database.rows<{ id: string }>(AMOUNTS_BEHIND, [postings, limit]);
    return rows.map(({ id }) => id);
  },
});
