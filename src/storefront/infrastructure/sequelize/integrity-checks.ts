import type { IntegrityCheck } from '../../../platform/database/integrity.js';

/** Ledger transactions that orders caused. */
const BOOKED = `
  SELECT t.origin_id, t.origin_event, t.amount FROM cash_transactions t WHERE t.origin_type = 'order'`;

/** The rules of the shop as queries over the stored rows, the ledger included. Each returns the ids that break its rule. */
export const storefrontIntegrityChecks: readonly IntegrityCheck[] = [
  {
    name: 'stock-equals-its-movements',
    sql: `
      SELECT p.id::text FROM products p LEFT JOIN stock_movements m ON m.product_id = p.id
      GROUP BY p.id HAVING p.stock <> coalesce(sum(m.delta), 0) OR p.stock < 0`,
  },
  {
    name: 'order-takes-its-pieces',
    sql: `
      SELECT DISTINCT l.order_id::text AS id FROM order_lines l JOIN orders o ON o.id = l.order_id
      WHERE (SELECT coalesce(sum(m.delta), 0) FROM stock_movements m WHERE m.order_id = o.id AND m.product_id = l.product_id)
        <> CASE o.status WHEN 'cancelled' THEN 0
           ELSE (SELECT coalesce(sum(b.quantity), 0) FROM refund_restocks b WHERE b.line_id = l.id) - l.quantity END`,
  },
  {
    name: 'order-equals-its-lines',
    sql: `
      SELECT o.id::text FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
      GROUP BY o.id
      HAVING count(l.id) = 0 OR o.subtotal <> sum(l.quantity * l.unit_price) OR o.discount <> sum(l.discount)
          OR o.total <> sum(l.total)`,
  },
  {
    name: 'paid-orders-go-on',
    sql: `
      SELECT o.id::text FROM orders o
      WHERE (o.status IN ('processing', 'shipped', 'delivered') AND o.total <>
             (SELECT least(coalesce(sum(p.amount), 0), o.total) FROM payments p WHERE p.order_id = o.id AND p.status = 'captured'))
         OR (o.status = 'pending' AND EXISTS (SELECT FROM payments p WHERE p.order_id = o.id AND p.status = 'captured'))`,
  },
  {
    name: 'refunds-within-what-was-captured',
    sql: `
      SELECT p.id::text FROM payments p JOIN refunds r ON r.payment_id = p.id AND r.status <> 'failed'
      GROUP BY p.id HAVING sum(r.amount) > CASE p.status WHEN 'captured' THEN p.amount ELSE 0 END`,
  },
  {
    name: 'discount-used-equals-its-orders',
    sql: `
      SELECT d.id::text FROM discounts d
      WHERE d.used <> (SELECT count(*) FROM orders o WHERE o.discount_id = d.id AND o.status <> 'cancelled')
         OR d.used <> (SELECT coalesce(sum(u.used), 0) FROM discount_uses u WHERE u.discount_id = d.id)
         OR EXISTS (
           SELECT FROM discount_uses u WHERE u.discount_id = d.id AND u.used <>
             (SELECT count(*) FROM orders o
              WHERE o.discount_id = d.id AND o.user_id = u.user_id AND o.status <> 'cancelled'))`,
  },
  {
    name: 'captured-exactly-when-booked',
    sql: `
      WITH moved AS (
        SELECT p.order_id::text AS origin_id, 'payment:' || p.id AS origin_event, p.amount
        FROM payments p WHERE p.status = 'captured'
        UNION ALL
        SELECT r.order_id::text, 'refund:' || r.id, r.amount FROM refunds r WHERE r.status = 'succeeded' AND r.payment_id IS NOT NULL
      ), booked AS (${BOOKED})
      SELECT coalesce(moved.origin_id, booked.origin_id) AS id
      FROM moved FULL JOIN booked USING (origin_id, origin_event)
      WHERE moved.amount IS DISTINCT FROM booked.amount`,
  },
  {
    // Income comes from outside the ledger, so earnings are negative postings of this account. Every posting counts, because
    // payments and refunds alone post to it.
    name: 'shop-income-equals-what-was-kept',
    sql: `
      WITH kept AS (
        SELECT (SELECT coalesce(sum(amount), 0) FROM payments WHERE status = 'captured')
             - (SELECT coalesce(sum(amount), 0) FROM refunds WHERE status = 'succeeded') AS amount
      ), income AS (
        SELECT coalesce(sum(-p.delta), 0) AS amount
        FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id JOIN cash_postings p ON p.amount_id = a.id
        WHERE e.code = 'shop-income'
      )
      SELECT 'shop-income' AS id FROM kept, income WHERE kept.amount <> income.amount`,
  },
];
