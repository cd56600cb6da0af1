import {
  instant,
  itemsOf,
  listOf,
  money,
  nullable,
  object,
  optional,
  plain,
  quoted,
  text,
} from '../../../platform/database/json-expressions.js';
import { columnNames } from '../../../platform/database/select-columns.js';
import type { OrderView } from '../../application/order-view.js';
import { orderAttributes } from './models/order.js';
import { orderLineAttributes } from './models/order-line.js';
import { paymentAttributes } from './models/payment.js';
import { refundAttributes } from './models/refund.js';

/** Every statement that serializes orders takes the practice's currency as its first parameter. */
const amount = (column: string) => money(column, '$1::text');

const o = columnNames(orderAttributes(), 'o');
const l = columnNames(orderLineAttributes(), 'l');
const p = columnNames(paymentAttributes(), 'p');
const r = columnNames(refundAttributes(), 'r');

const line = object({
  id: quoted(l.id),
  productId: quoted(l.productId),
  sku: text(l.sku),
  name: text(l.name),
  quantity: plain(l.quantity),
  unitPrice: amount(l.unitPrice),
  discount: amount(l.discount),
  total: amount(l.total),
});
const payment = object({
  id: quoted(p.id),
  method: quoted(p.method),
  amount: amount(p.amount),
  status: quoted(p.status),
  cardLast4: optional(quoted(p.cardLast4)),
  createdAt: instant(p.createdAt),
});
const refund = object({
  id: quoted(r.id),
  amount: amount(r.amount),
  reason: text(r.reason),
  status: quoted(r.status),
  createdAt: instant(r.createdAt),
});

/** Derived as `paymentStatusOf` of the domain does; the contract suite of the port compares the two. */
const paymentStatus = {
  sql: `CASE
      WHEN paid.in_doubt THEN '"inDoubt"'
      WHEN paid.amount < o.total THEN '"unpaid"'
      WHEN refunded.amount = 0 THEN '"paid"'
      WHEN refunded.amount < paid.amount THEN '"partlyRefunded"'
      ELSE '"refunded"' END`,
};

/** Joins to `orders o` what was paid and refunded: the lists as `items`, the sums as `amount`. */
export const JOIN_SERIALIZED_PAYMENTS = `
  CROSS JOIN LATERAL (
    SELECT ${itemsOf(payment, 'p.created_at, p.id')} AS items,
      bool_or(p.status = 'processing') AS in_doubt,
      coalesce(sum(p.amount) FILTER (WHERE p.status = 'captured'), 0) AS amount
    FROM payments p WHERE p.order_id = o.id
  ) AS paid
  CROSS JOIN LATERAL (
    SELECT ${itemsOf(refund, 'r.created_at, r.id')} AS items,
      coalesce(sum(r.amount) FILTER (WHERE r.status = 'succeeded'), 0) AS amount
    FROM refunds r WHERE r.order_id = o.id
  ) AS refunded`;

/** SQL for the API's Order, over `orders o` and `JOIN_SERIALIZED_PAYMENTS`. */
export const SERIALIZED_ORDER = object({
  id: quoted(o.id),
  number: plain(o.number),
  userId: quoted(o.userId),
  status: quoted(o.status),
  paymentStatus,
  lines: listOf(line, `(SELECT ${itemsOf(line, 'l.position')} FROM order_lines l WHERE l.order_id = o.id)`),
  subtotal: amount(o.subtotal),
  discount: amount(o.discount),
  total: amount(o.total),
  discountCode: nullable(text(o.discountCode)),
  expiresAt: nullable(instant(o.expiresAt)),
  payments: listOf(payment, 'paid.items'),
  refunds: listOf(refund, 'refunded.items'),
  version: plain(o.version),
  createdAt: instant(o.createdAt),
  updatedAt: instant(o.updatedAt),
});

type Amount = Readonly<{ amount: number }>;
/** An Order after JSON.parse. */
type OrderJson = Omit<
  OrderView,
  | 'lines'
  | 'subtotal'
  | 'discount'
  | 'total'
  | 'expiresAt'
  | 'payments'
  | 'refunds'
  | 'createdAt'
  | 'updatedAt'
> &
  Readonly<{
    lines: readonly (Omit<OrderView['lines'][number], 'unitPrice' | 'discount' | 'total'> &
      Readonly<{ unitPrice: Amount; discount: Amount; total: Amount }>)[];
    subtotal: Amount;
    discount: Amount;
    total: Amount;
    expiresAt: string | null;
    payments: readonly (Omit<OrderView['payments'][number], 'amount' | 'cardLast4' | 'createdAt'> &
      Readonly<{ amount: Amount; cardLast4?: string; createdAt: string }>)[];
    refunds: readonly (Omit<OrderView['refunds'][number], 'amount' | 'createdAt'> &
      Readonly<{ amount: Amount; createdAt: string }>)[];
    createdAt: string;
    updatedAt: string;
  }>;

/** The read model that `SERIALIZED_ORDER` has serialized. */
export function restoreOrderView(json: string): OrderView {
  const order = JSON.parse(json) as OrderJson;
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      unitPrice: line.unitPrice.amount,
      discount: line.discount.amount,
      total: line.total.amount,
    })),
    subtotal: order.subtotal.amount,
    discount: order.discount.amount,
    total: order.total.amount,
    expiresAt: order.expiresAt === null ? null : new Date(order.expiresAt),
    payments: order.payments.map((payment) => ({
      ...payment,
      amount: payment.amount.amount,
      cardLast4: payment.cardLast4 ?? null,
      createdAt: new Date(payment.createdAt),
    })),
    refunds: order.refunds.map((refund) => ({
      ...refund,
      amount: refund.amount.amount,
      createdAt: new Date(refund.createdAt),
    })),
    createdAt: new Date(order.createdAt),
    updatedAt: new Date(order.updatedAt),
  };
}
