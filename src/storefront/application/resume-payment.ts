import { cardDeclined, paymentFailed } from '../domain/errors.js';
import { paymentOf, type Order } from '../domain/order.js';
import type { OrderQueries } from './ports.js';

/**
 * The answer to a request whose payment was settled without it: what it would have heard.
 * payment_refused `card-declined`, `payment-failed`.
 */
export type ResumePayment = (query: Readonly<{ paymentId: string }>) => Promise<Order>;

type Dependencies = Readonly<{
  orderQueries: OrderQueries;
}>;

export const makeResumePayment =
  ({ orderQueries }: Dependencies): ResumePayment =>
  async ({ paymentId }) => {
    const order = await orderQueries.findByPayment(paymentId);
    if (order === undefined) throw new Error(`payment ${paymentId} is gone`);
    const { status } = paymentOf(order, paymentId);
    if (status === 'declined') throw cardDeclined(order.id);
    if (status === 'failed') throw paymentFailed(order.id);
    return order;
  };
