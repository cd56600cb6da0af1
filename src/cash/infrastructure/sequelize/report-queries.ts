import type { Database, Statement } from '../../../platform/database/database.js';
import type { ReportQueries, Series } from '../../application/bank-ports.js';
import { toSum } from './minor-units.js';

// `width_bucket` finds between which of the given instants something happened: 0 before the first, 1 between the first
// and the second. The calendar of the practice defines where days and months begin, never SQL.

/** Two envelopes may have one name, so the default envelope is shown with the name of its real account. */
const ENVELOPE_NAME = `CASE WHEN e.is_default THEN r.name || ': ' || e.name ELSE e.name END`;

const BALANCES: Statement = {
  name: 'cash_report_balances',
  text: `
    WITH moved AS (
      SELECT a.account_id, width_bucket(p.effective_at, $1::timestamptz[]) AS bucket, sum(p.delta) AS delta
      FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id JOIN cash_postings p ON p.amount_id = a.id
      WHERE e.type = 'asset' AND ($2::uuid IS NULL OR a.real_account_id = $2)
      GROUP BY a.account_id, bucket
    ), balance AS (
      -- The postings before the k-th instant are in the buckets below k.
      SELECT here.account_id, position,
        sum(coalesce(m.delta, 0)) OVER (PARTITION BY here.account_id ORDER BY position) AS amount
      FROM (SELECT DISTINCT account_id FROM moved) AS here
      CROSS JOIN generate_series(1, cardinality($1::timestamptz[])) AS position
      LEFT JOIN moved m ON m.account_id = here.account_id AND m.bucket = position - 1
    )
    SELECT ${ENVELOPE_NAME} AS name, e.currency, json_agg(b.amount::text ORDER BY b.position) AS amounts
    FROM balance b JOIN cash_accounts e ON e.id = b.account_id JOIN cash_real_accounts r ON r.id = e.real_account_id
    GROUP BY e.id, r.id
    ORDER BY e.id`,
};

const BETWEEN = `unnest(($1::timestamptz[])[:cardinality($1::timestamptz[]) - 1]) WITH ORDINALITY AS b (at, position)`;

const CASH_FLOW: Statement = {
  name: 'cash_report_cash_flow',
  text: `
    WITH moved AS (
      -- A transaction that stays within the practice's real accounts sums to nothing.
      SELECT p.transaction_number, a.currency, p.effective_at, sum(p.delta) AS delta
      FROM cash_real_accounts r JOIN cash_amounts a ON a.real_account_id = r.id JOIN cash_postings p ON p.amount_id = a.id
      WHERE r.kind <> 'external' AND p.effective_at >= ($1::timestamptz[])[1]
        AND p.effective_at < ($1::timestamptz[])[cardinality($1::timestamptz[])]
      GROUP BY p.transaction_number, a.currency, p.effective_at
    ), flow AS (
      SELECT currency, CASE WHEN delta > 0 THEN 'in' ELSE 'out' END AS name,
        width_bucket(effective_at, $1::timestamptz[]) AS bucket, sum(delta) AS delta
      FROM moved WHERE delta <> 0 GROUP BY 1, 2, 3
    )
    SELECT n.name, c.currency, series.amounts
    FROM (SELECT DISTINCT currency FROM flow) AS c
    CROSS JOIN unnest(ARRAY['in', 'out']) AS n (name)
    CROSS JOIN LATERAL (
      SELECT json_agg(coalesce((
          SELECT f.delta FROM flow f WHERE f.currency = c.currency AND f.name = n.name AND f.bucket = b.position
        ), 0)::text ORDER BY b.position) AS amounts
      FROM ${BETWEEN}
    ) AS series
    ORDER BY c.currency, n.name`,
};

// A reversal or refund has the origin of its original; so has the reversal of a refund.
const INCOME_BY_ORIGIN: Statement = {
  name: 'cash_report_income_by_origin',
  text: `
    WITH earned AS (
      SELECT a.currency, width_bucket(p.effective_at, $1::timestamptz[]) AS bucket,
        CASE coalesce(t.origin_type, o.origin_type, oo.origin_type)
          WHEN 'order' THEN 'shop' WHEN 'appointment' THEN 'clinic' ELSE 'other' END AS name,
        -sum(p.delta) AS amount
      FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id JOIN cash_postings p ON p.amount_id = a.id
      JOIN cash_transactions t ON t.number = p.transaction_number
      LEFT JOIN cash_transactions o ON o.id = coalesce(t.reversal_of, t.refund_of)
      LEFT JOIN cash_transactions oo ON oo.id = coalesce(o.reversal_of, o.refund_of)
      WHERE e.type = 'income' AND p.effective_at >= ($1::timestamptz[])[1]
        AND p.effective_at < ($1::timestamptz[])[cardinality($1::timestamptz[])]
      GROUP BY 1, 2, 3
    )
    SELECT n.name, c.currency, series.amounts
    FROM (SELECT DISTINCT currency FROM earned) AS c
    CROSS JOIN unnest(ARRAY['shop', 'clinic', 'other']) WITH ORDINALITY AS n (name, rank)
    CROSS JOIN LATERAL (
      SELECT json_agg(coalesce((
          SELECT e.amount FROM earned e WHERE e.currency = c.currency AND e.name = n.name AND e.bucket = b.position
        ), 0)::text ORDER BY b.position) AS amounts
      FROM ${BETWEEN}
    ) AS series
    ORDER BY c.currency, n.rank`,
};

const UNRECONCILED: Statement = {
  name: 'cash_report_unreconciled',
  text: `
    WITH point AS (
      SELECT at, day, position FROM unnest($1::timestamptz[], $2::date[]) WITH ORDINALITY AS p (at, day, position)
    ), band AS (
      SELECT * FROM (VALUES (1, '0-7 days', 0, 7), (2, '8-30 days', 8, 30), (3, '31-90 days', 31, 90),
        (4, 'over 90 days', 91, 2147483647)) AS b (rank, name, youngest, oldest)
    ), loose AS (
      SELECT l.currency, point.position, band.rank, sum(abs(l.amount)) AS amount
      FROM (
        -- Most lines were matched all the time; they are left out before they are multiplied by the points.
        SELECT l.* FROM cash_bank_lines l
        WHERE ($3::uuid IS NULL OR l.real_account_id = $3) AND NOT EXISTS (
          SELECT FROM cash_matches m
          WHERE m.bank_line_id = l.id AND m.matched_at < ($1::timestamptz[])[1]
            AND (m.removed_at IS NULL OR m.removed_at >= ($1::timestamptz[])[cardinality($1::timestamptz[])])
        )
      ) AS l
      JOIN point ON l.booked_on <= point.day
      JOIN band ON point.day - l.booked_on BETWEEN band.youngest AND band.oldest
      WHERE NOT EXISTS (
        SELECT FROM cash_matches m
        WHERE m.bank_line_id = l.id AND m.matched_at < point.at AND (m.removed_at IS NULL OR m.removed_at >= point.at)
      )
      GROUP BY 1, 2, 3
    )
    SELECT band.name, c.currency, series.amounts
    FROM (SELECT DISTINCT currency FROM cash_bank_lines WHERE $3::uuid IS NULL OR real_account_id = $3) AS c
    CROSS JOIN band
    CROSS JOIN LATERAL (
      SELECT json_agg(coalesce((
          SELECT o.amount FROM loose o WHERE o.currency = c.currency AND o.rank = band.rank AND o.position = point.position
        ), 0)::text ORDER BY point.position) AS amounts
      FROM point
    ) AS series
    ORDER BY c.currency, band.rank`,
};

type Row = Readonly<{ name: string; currency: string; amounts: readonly string[] }>;

export const makeReportQueries = ({ database }: { database: Database }): ReportQueries => {
  const series = async (statement: Statement, values: readonly unknown[]): Promise<readonly Series[]> => {
    const rows = await database.rows<Row>(statement, values);
    return rows.map(({ name, currency, amounts }) => ({ name, currency, amounts: amounts.map(toSum) }));
  };
  return {
    balances: (before, realAccountId) => series(BALANCES, [before, realAccountId ?? null]),
    cashFlow: (bounds) => series(CASH_FLOW, [bounds]),
    incomeByOrigin: (bounds) => series(INCOME_BY_ORIGIN, [bounds]),
    unreconciled: (points, realAccountId) =>
      series(UNRECONCILED, [points.map(({ at }) => at), points.map(({ day }) => day), realAccountId ?? null]),
  };
};
