import { cardDeclined, paymentFailed } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { OrderQueries } from './ports.js';

/**
 * Answers the retry of a request whose Idempotency-Key was released without a response: as the request itself would
 * have been answered. `reference` is what the request reserved its key with: checkout the id of its order, a later
 * payment its own id.
 * payment_refused `card-declined`, `payment-failed`.
 */
export type ResumePayment = (query: Readonly<{ reference: string }>) => Promise<Order>;

type Dependencies = Readonly<{ orderQueries: OrderQueries }>;

export const makeResumePayment =
  ({ orderQueries }: Dependencies): ResumePayment =>
  async ({ reference }) => {
    const order = (await orderQueries.find(reference)) ?? (await orderQueries.findByPayment(reference));
    if (order === undefined) throw new Error(`no order or payment has the id ${reference}`);
    // Checkout starts the first payment of its order, or none when nothing is due.
    const payment = order.payments.find(({ id }) => id === reference) ?? order.payments[0];
    if (payment?.status === 'declined') throw cardDeclined(order.id);
    if (payment?.status === 'failed') throw paymentFailed(order.id);
    return order;
  };
