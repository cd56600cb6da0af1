import { toNumber } from '../../../platform/database/big-integer.js';
import { restoreOrder, type Order } from '../../domain/order.js';
import type { Payment } from '../../domain/payment.js';
import type { Refund } from '../../domain/refund.js';
import { columns, jsonFields } from '../../../platform/database/select-columns.js';
import { orderAttributes } from './models/order.js';
import { orderLineAttributes } from './models/order-line.js';
import { paymentAttributes } from './models/payment.js';
import { refundAttributes } from './models/refund.js';
import { refundRestockAttributes } from './models/refund-restock.js';

/**
 * Complete orders; WHERE and ORDER BY follow. Subqueries aggregate lines, payments and refunds separately, so that joins do
 * not multiply rows. Amounts within the JSON are numbers, which CHECK constraints keep within the safe integers.
 */
export const SELECT_ORDERS = `
  SELECT ${columns(orderAttributes(), 'o')},
    (SELECT jsonb_agg(jsonb_build_object(${jsonFields(orderLineAttributes(), 'l', { omit: ['orderId', 'position'] })})
        ORDER BY l.position)
     FROM order_lines l WHERE l.order_id = o.id) AS lines,
    (SELECT jsonb_agg(jsonb_build_object(${jsonFields(paymentAttributes(), 'p', { omit: ['orderId'] })})
        ORDER BY p.created_at, p.id)
     FROM payments p WHERE p.order_id = o.id) AS payments,
    (SELECT jsonb_agg(jsonb_build_object(${jsonFields(refundAttributes(), 'r', { omit: ['orderId'] })}, 'restock',
        (SELECT coalesce(jsonb_agg(jsonb_build_object(${jsonFields(refundRestockAttributes(), 'b', { omit: ['refundId'] })}) ORDER BY b.line_id), '[]')
         FROM refund_restocks b WHERE b.refund_id = r.id)) ORDER BY r.created_at, r.id)
     FROM refunds r WHERE r.order_id = o.id) AS refunds
  FROM orders o`;

/** Dates within JSON are text. */
type InJson<Item> = {
  [Key in keyof Item]: Item[Key] extends Date
    ? string
    : Item[Key] extends Date | null
      ? string | null
      : Item[Key];
};

export type OrderColumns = Readonly<
  Omit<
    Parameters<typeof restoreOrder>[0],
    'number' | 'subtotal' | 'discount' | 'total' | 'payments' | 'refunds' | 'pendingEvents'
  > & {
    number: string;
    subtotal: string;
    discount: string;
    total: string;
    payments: readonly InJson<Payment>[] | null;
    refunds: readonly InJson<Refund>[] | null;
  }
>;

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const toOrder = (row: OrderColumns): Order =>
  restoreOrder({
    id: row.id,
    number: toNumber(row.number),
    userId: row.userId,
    status: row.status,
    method: row.method,
    lines: row.lines,
    subtotal: toNumber(row.subtotal),
    discount: toNumber(row.discount),
    total: toNumber(row.total),
    discountId: row.discountId,
    discountCode: row.discountCode,
    expiresAt: row.expiresAt,
    payments: (row.payments ?? []).map((payment) => ({
      ...payment,
      createdAt: new Date(payment.createdAt),
      settledAt: instant(payment.settledAt),
    })),
    refunds: (row.refunds ?? []).map((refund) => ({
      ...refund,
      createdAt: new Date(refund.createdAt),
      settledAt: instant(refund.settledAt),
    })),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
    pendingEvents: [],
  });
