import {
  paymentStatusOf,
  type Order,
  type OrderLine,
  type OrderStatus,
  type Payment,
  type PaymentStatus,
  type Refund,
} from '../domain/order.js';

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
