import type { IntegrityCheck } from '../../../../platform/database/integrity.js';
import { STILL_CLOSED } from './still-closed.js';

/** The invariants of accounts, postings, holds and closed months. */
export const ledgerChecks: readonly IntegrityCheck[] = [
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
    // Payments and refunds are posted after they happened, so nothing may keep them out of these accounts.
    name: 'standard-accounts-accept-postings',
    sql: `
      SELECT e.id::text FROM cash_accounts e
      LEFT JOIN cash_amounts a ON a.account_id = e.id AND a.real_account_id = e.real_account_id
      WHERE e.code IS NOT NULL
        AND (a.id IS NULL OR a.floor IS NOT NULL OR a.frozen OR e.floor IS NOT NULL OR e.archived_at IS NOT NULL)`,
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
];
