import {
  instant,
  listOf,
  money,
  nullable,
  object,
  optional,
  plain,
  quoted,
  text,
} from '../../../platform/database/printing.js';

/** The practice's currency is the first parameter of every statement with a printed order in it. */
const amount = (column: string) => money(column, '$1::text');

const line = object({
  id: quoted('l.id'),
  productId: quoted('l.product_id'),
  sku: text('l.sku'),
  name: text('l.name'),
  quantity: plain('l.quantity'),
  unitPrice: amount('l.unit_price'),
  discount: amount('l.discount'),
  total: amount('l.total'),
});
const payment = object({
  id: quoted('p.id'),
  method: quoted('p.method'),
  amount: amount('p.amount'),
  status: quoted('p.status'),
  cardLast4: optional(quoted('p.card_last4')),
  createdAt: instant('p.created_at'),
});
const refund = object({
  id: quoted('r.id'),
  amount: amount('r.amount'),
  reason: text('r.reason'),
  status: quoted('r.status'),
  createdAt: instant('r.created_at'),
});

/** As the domain derives it (`paymentStatusOf`); the contract of the port holds the two together. */
const paymentStatus = {
  sql: `(SELECT CASE
      WHEN bool_or(p.status = 'processing') THEN '"inDoubt"'
      WHEN coalesce(sum(p.amount) FILTER (WHERE p.status = 'captured'), 0) < o.total THEN '"unpaid"'
      ELSE (SELECT CASE
          WHEN coalesce(sum(r.amount), 0) = 0 THEN '"paid"'
          WHEN sum(r.amount) < coalesce(sum(p.amount) FILTER (WHERE p.status = 'captured'), 0) THEN '"partlyRefunded"'
          ELSE '"refunded"' END
        FROM refunds r WHERE r.order_id = o.id AND r.status = 'succeeded') END
    FROM payments p WHERE p.order_id = o.id)`,
};

/** The API's Order, of `orders o`. */
export const PRINTED_ORDER = object({
  id: quoted('o.id'),
  number: plain('o.number'),
  userId: quoted('o.user_id'),
  status: quoted('o.status'),
  paymentStatus,
  lines: listOf(line, { from: 'order_lines l WHERE l.order_id = o.id', order: 'l.position' }),
  subtotal: amount('o.subtotal'),
  discount: amount('o.discount'),
  total: amount('o.total'),
  discountCode: nullable(text('o.discount_code')),
  expiresAt: nullable(instant('o.expires_at')),
  payments: listOf(payment, { from: 'payments p WHERE p.order_id = o.id', order: 'p.created_at, p.id' }),
  refunds: listOf(refund, { from: 'refunds r WHERE r.order_id = o.id', order: 'r.created_at, r.id' }),
  version: plain('o.version'),
  createdAt: instant('o.created_at'),
  updatedAt: instant('o.updated_at'),
}).sql;
