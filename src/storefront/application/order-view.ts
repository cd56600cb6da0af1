import type { Order, OrderLine } from '../domain/order.js';
import { paymentStatusOf, type PaymentStatus } from '../domain/order-payments.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { Payment } from '../domain/payment.js';
import type { Refund } from '../domain/refund.js';

export type PaymentView = Readonly<
  Pick<Payment, 'id' | 'method' | 'amount' | 'status' | 'cardLast4' | 'createdAt'>
>;
export type RefundView = Readonly<Pick<Refund, 'id' | 'amount' | 'reason' | 'status' | 'createdAt'>>;

/** An order as its buyer and staff read it. All amounts are minor units of the practice's currency. */
export type OrderView = Readonly<{
  id: string;
  number: number;
  userId: string;
  status: OrderStatus;
  paymentStatus: PaymentStatus;
  lines: readonly OrderLine[];
  subtotal: number;
  discount: number;
  total: number;
  discountCode: string | null;
  expiresAt: Date | null;
  /** Oldest first; so are the refunds. */
  payments: readonly PaymentView[];
  refunds: readonly RefundView[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}>;

export const toOrderView = (order: Order): OrderView => ({
  id: order.id,
  number: order.number,
  userId: order.userId,
  status: order.status,
  paymentStatus: paymentStatusOf(order),
  lines: order.lines,
  subtotal: order.subtotal,
  discount: order.discount,
  total: order.total,
  discountCode: order.discountCode,
  expiresAt: order.expiresAt,
  payments: order.payments.map(({ id, method, amount, status, cardLast4, createdAt }) => ({
    id,
    method,
    amount,
    status,
    cardLast4,
    createdAt,
  })),
  refunds: order.refunds.map(({ id, amount, reason, status, createdAt }) => ({
    id,
    amount,
    reason,
    status,
    createdAt,
  })),
  version: order.version,
  createdAt: order.createdAt,
  updatedAt: order.updatedAt,
});
