import type { IntegrityCheck } from '../../../platform/database/integrity.js';

/** Checks of the stored data that do not rely on constraints. They read tables of cash on purpose: they compare both. */
export const billingIntegrityChecks: readonly IntegrityCheck[] = [
  {
    name: 'billing-refunds-within-what-was-captured',
    sql: `
      SELECT p.id::text FROM billing_payments p JOIN billing_refunds r ON r.payment_id = p.id AND r.status <> 'failed'
      GROUP BY p.id HAVING sum(r.amount) > CASE p.status WHEN 'captured' THEN p.amount ELSE 0 END`,
  },
  {
    // Earnings are negative postings of this account. Every posting counts, because only billing posts to it.
    name: 'clinic-income-equals-what-was-kept',
    sql: `
      WITH kept AS (
        SELECT (SELECT coalesce(sum(amount), 0) FROM billing_payments WHERE origin_type = 'appointment' AND status = 'captured')
             - (SELECT coalesce(sum(amount), 0) FROM billing_refunds WHERE origin_type = 'appointment' AND status = 'succeeded') AS amount
      ), income AS (
        SELECT coalesce(sum(-p.delta), 0) AS amount
        FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id JOIN cash_postings p ON p.amount_id = a.id
        WHERE e.code = 'clinic-income'
      )
      SELECT 'clinic-income' AS id FROM kept, income WHERE kept.amount <> income.amount`,
  },
  {
    name: 'billing-payments-and-refunds-are-in-the-books',
    sql: `
      WITH moved AS (
        SELECT origin_type, origin_id::text, 'payment:' || id AS origin_event, amount, currency
        FROM billing_payments WHERE status = 'captured'
        UNION ALL
        SELECT origin_type, origin_id::text, 'refund:' || id, amount, currency
        FROM billing_refunds WHERE status = 'succeeded'
      ), booked AS (
        SELECT origin_type, origin_id, origin_event, amount, currency FROM cash_transactions
        WHERE origin_type = 'appointment'
      )
      SELECT coalesce(moved.origin_id, booked.origin_id) AS id
      FROM moved FULL JOIN booked USING (origin_type, origin_id, origin_event)
      WHERE (moved.amount, moved.currency) IS DISTINCT FROM (booked.amount, booked.currency)`,
  },
];
