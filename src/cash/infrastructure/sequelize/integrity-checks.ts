import type { Sequelize } from 'sequelize';
import { runIntegrityChecks, type IntegrityCheck } from '../../../platform/database/integrity.js';
import type { CashIntegrity } from '../../application/ports.js';

const APPEND_ONLY = [
  'cash_batches',
  'cash_transactions',
  'cash_postings',
  'cash_periods',
  'cash_period_reopenings',
  'cash_imports',
  'cash_bank_lines',
  'cash_reconciliations',
];

/** Closed months that were not reopened. */
const STILL_CLOSED = `(
  SELECT * FROM cash_periods c WHERE NOT EXISTS (SELECT FROM cash_period_reopenings o WHERE o.period_id = c.id)
)`;

/**
 * The invariants of the books as queries over the stored rows. Each finds rows that constraints and code should have
 * prevented, however they were written.
 */
export const cashIntegrityChecks: readonly IntegrityCheck[] = [
  {
    name: 'postings-sum-to-zero',
    sql: `
      SELECT t.id::text FROM cash_transactions t
      LEFT JOIN cash_postings p ON p.transaction_number = t.number
      GROUP BY t.id
      HAVING count(p.amount_id) <> 2 OR coalesce(sum(p.delta), 1) <> 0 OR max(p.delta) <> t.amount`,
  },
  {
    name: 'both-sides-one-currency',
    sql: `
      SELECT DISTINCT t.id::text FROM cash_transactions t
      JOIN cash_postings p ON p.transaction_number = t.number
      JOIN cash_amounts a ON a.id = p.amount_id
      JOIN cash_accounts e ON e.id = a.account_id
      JOIN cash_real_accounts r ON r.id = a.real_account_id
      WHERE t.currency <> ALL (ARRAY[p.currency, a.currency, e.currency, r.currency])
         OR p.currency <> t.currency OR a.currency <> t.currency OR e.currency <> t.currency OR r.currency <> t.currency`,
  },
  {
    name: 'amount-equals-its-postings',
    sql: `
      SELECT a.id::text FROM cash_amounts a
      LEFT JOIN cash_postings p ON p.amount_id = a.id AND (NOT a.hot OR p.transaction_number <= a.checkpoint)
      GROUP BY a.id HAVING a.amount <> coalesce(sum(p.delta), 0)`,
  },
  {
    name: 'versions-without-gaps',
    sql: `
      SELECT a.id::text FROM cash_amounts a
      LEFT JOIN cash_postings p ON p.amount_id = a.id
      GROUP BY a.id
      HAVING a.version <> count(p.version) OR a.version <> coalesce(max(p.version), 0)
          OR count(p.version) <> count(DISTINCT p.version)`,
  },
  {
    name: 'real-account-equals-its-amounts',
    sql: `
      SELECT r.id::text FROM cash_real_accounts r
      WHERE (SELECT coalesce(sum(b.amount), 0) FROM cash_balances b WHERE b.real_account_id = r.id)
         <> (SELECT coalesce(sum(p.delta), 0) FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
             WHERE a.real_account_id = r.id)`,
  },
  {
    name: 'differences-equal-postings',
    sql: `
      SELECT DISTINCT step.amount_id::text AS id FROM (
        SELECT p.amount_id, p.amount_after - p.delta AS before,
               lag(p.amount_after) OVER versions AS earlier, lag(p.version) OVER versions + 1 = p.version AS next
        FROM cash_postings p WHERE p.version IS NOT NULL
        WINDOW versions AS (PARTITION BY p.amount_id ORDER BY p.version)
      ) AS step
      -- Between two counted postings there may be uncounted ones, from when the amount was hot.
      WHERE step.next AND step.before <> step.earlier AND NOT EXISTS (
        SELECT FROM cash_postings u WHERE u.amount_id = step.amount_id AND u.version IS NULL
      )`,
  },
  {
    name: 'amount-above-floor',
    sql: `
      SELECT a.id::text FROM cash_amounts a JOIN cash_accounts e ON e.id = a.account_id
      WHERE a.amount - a.held < a.floor OR a.floor IS DISTINCT FROM e.floor OR a.hot <> e.hot`,
  },
  {
    name: 'held-equals-open-holds',
    sql: `
      SELECT a.id::text FROM cash_amounts a
      WHERE a.held <> (SELECT coalesce(sum(h.amount), 0) FROM cash_holds h WHERE h.source_amount_id = a.id AND h.status = 'open')`,
  },
  {
    name: 'one-full-reversal',
    sql: `
      SELECT o.id::text FROM cash_transactions o JOIN cash_transactions r ON r.reversal_of = o.id
      GROUP BY o.id
      HAVING count(*) > 1 OR bool_or(r.amount <> o.amount)
          OR EXISTS (SELECT FROM cash_transactions f WHERE f.refund_of = o.id)`,
  },
  {
    name: 'refunds-within-original',
    sql: `
      SELECT o.id::text FROM cash_transactions o JOIN cash_transactions r ON r.refund_of = o.id
      GROUP BY o.id HAVING sum(r.amount) > o.amount`,
  },
  {
    name: 'returns-mirror-their-original',
    sql: `
      SELECT r.id::text FROM cash_transactions r
      JOIN cash_transactions o ON o.id = coalesce(r.reversal_of, r.refund_of)
      WHERE EXISTS (
        SELECT FROM cash_postings p WHERE p.transaction_number = r.number AND NOT EXISTS (
          SELECT FROM cash_postings q
          WHERE q.transaction_number = o.number AND q.amount_id = p.amount_id AND sign(q.delta) = -sign(p.delta)
        )
      )`,
  },
  {
    name: 'nothing-posted-to-a-closed-period',
    sql: `
      SELECT DISTINCT t.id::text FROM ${STILL_CLOSED} AS c
      JOIN cash_amounts a ON a.real_account_id = c.real_account_id
      JOIN cash_postings p ON p.amount_id = a.id AND p.effective_at < c.ends_at AND p.posted_at > c.closed_at
      JOIN cash_transactions t ON t.number = p.transaction_number
      UNION
      SELECT a.id::text FROM cash_amounts a JOIN cash_real_accounts r ON r.id = a.real_account_id
      WHERE a.closed_until IS DISTINCT FROM r.closed_until
         OR r.closed_until IS DISTINCT FROM (
           SELECT max(c.ends_at) FROM ${STILL_CLOSED} AS c WHERE c.real_account_id = r.id
         )`,
  },
  {
    name: 'postings-share-their-times',
    sql: `
      SELECT DISTINCT t.id::text FROM cash_transactions t JOIN cash_postings p ON p.transaction_number = t.number
      WHERE p.effective_at <> t.effective_at OR p.posted_at <> t.posted_at OR t.effective_at > t.posted_at`,
  },
  {
    name: 'matches-add-up-to-their-bank-line',
    sql: `
      SELECT m.id::text FROM cash_matches m JOIN cash_bank_lines l ON l.id = m.bank_line_id
      WHERE l.amount IS DISTINCT FROM (
        SELECT sum(p.delta) FROM cash_match_transactions x
        JOIN cash_transactions t ON t.id = x.transaction_id
        JOIN cash_postings p ON p.transaction_number = t.number
        JOIN cash_amounts a ON a.id = p.amount_id AND a.real_account_id = l.real_account_id
        WHERE x.match_id = m.id
      )`,
  },
  {
    name: 'matched-at-most-once',
    sql: `
      SELECT m.bank_line_id::text AS id FROM cash_matches m WHERE m.removed_at IS NULL
      GROUP BY m.bank_line_id HAVING count(*) > 1
      UNION
      SELECT x.transaction_id::text FROM cash_match_transactions x JOIN cash_matches m ON m.id = x.match_id
      WHERE m.removed_at IS NULL GROUP BY x.transaction_id, m.real_account_id HAVING count(*) > 1
      UNION
      SELECT m.id::text FROM cash_matches m JOIN cash_match_transactions x ON x.match_id = m.id
      WHERE m.live <> (m.removed_at IS NULL) OR x.live <> m.live OR x.real_account_id <> m.real_account_id`,
  },
  {
    name: 'imports-count-their-lines',
    sql: `
      SELECT i.id::text FROM cash_imports i LEFT JOIN cash_bank_lines l ON l.import_id = i.id
      GROUP BY i.id HAVING count(l.id) <> i.added`,
  },
  {
    name: 'equal-bank-lines-are-numbered',
    sql: `
      SELECT max(l.id::text) AS id FROM cash_bank_lines l
      GROUP BY l.real_account_id, l.fingerprint HAVING count(*) <> max(l.occurrence)`,
  },
  {
    name: 'closed-months-agree-with-the-bank',
    sql: `
      SELECT DISTINCT l.id::text FROM ${STILL_CLOSED} AS c
      JOIN cash_bank_lines l ON l.real_account_id = c.real_account_id AND to_char(l.booked_on, 'YYYY-MM') <= c.period
      LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.removed_at IS NULL
      WHERE m.id IS NULL`,
  },
  {
    name: 'posted-rows-refuse-change',
    // 1: before; 2: a statement's trigger has no bit for rows; 8, 16, 32: delete, update, truncate.
    sql: `
      SELECT name AS id FROM unnest(ARRAY[${APPEND_ONLY.map((table) => `'${table}'`).join(', ')}]) AS name
      WHERE NOT EXISTS (
        SELECT FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE g.tgrelid = to_regclass(name) AND g.tgname LIKE 'append\\_only%' AND f.proname = 'praxis_refuse_change'
          AND g.tgenabled IN ('O', 'A') AND g.tgtype & 58 = 58
      )`,
  },
];

export const makeCashIntegrity = ({ sequelize }: { sequelize: Sequelize }): CashIntegrity => ({
  check: () => runIntegrityChecks(sequelize, cashIntegrityChecks),
});
