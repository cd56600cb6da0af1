import type { Clock } from '../../kernel/clock.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { assertPayable, payAtDesk, startCardPayment } from '../domain/order-payments.js';
import type { CollectPayment } from './collect-payment.js';
import type { PaymentChoice } from './place-order.js';
import { isStaff, type Caller } from './caller.js';
import type { CardCharges, OrderQueries, StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';
import { orderMail } from './jobs.js';

/**
 * Pays an unpaid order: with a card of the buyer, by the buyer or by staff; or at the desk, by staff.
 * not_found, forbidden, conflict `invalid-transition`, `payment-in-doubt`, 422 `no-card`, `card-expired`,
 * `card-payments-off`, payment_refused `card-declined`, `payment-failed`.
 */
export type PayOrder = (
  command: Readonly<{ caller: Caller; orderId: string; payment: PaymentChoice }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  cardCharges: CardCharges;
  collectPayment: CollectPayment;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makePayOrder = ({
  storefrontUnitOfWork,
  orderQueries,
  cardCharges,
  collectPayment,
  clock,
  ids,
}: Dependencies): PayOrder => {
  const takeAtDesk = (orderId: string, by: string): Promise<Order> =>
    storefrontUnitOfWork.run(async ({ orders, outbox, bookkeeper }) => {
      const held = await orders.lock(orderId);
      if (held === undefined) throw notFound('order');
      const paymentId = ids.next();
      const paid = await orders.save(payAtDesk(held, paymentId, actionContext(by, { clock, ids })));
      // A buyer who chose the desk got this mail when ordering.
      if (held.method === 'card') await outbox.append(orderMail(orderId, 'placed'));
      await bookkeeper.recordPayment({
        orderId,
        orderNumber: paid.number,
        userId: paid.userId,
        paymentId,
        method: 'desk',
        amount: paid.total,
        by,
      });
      return paid;
    });

  return async ({ caller, orderId, payment }) => {
    const order = await orderQueries.find(orderId);
    if (order === undefined || !(isStaff(caller) || order.userId === caller.userId)) throw notFound('order');
    if (payment.method === 'desk') {
      if (!isStaff(caller))
        throw new DomainError('forbidden', 'forbidden', 'Money at the desk is taken by staff.');
      return takeAtDesk(orderId, caller.userId);
    }
    assertPayable(order);
    const card = await cardCharges.resolveCard(order.userId, payment.cardId);
    const paymentId = ids.next();
    const started = await storefrontUnitOfWork.runInNewTransaction(async ({ idempotencyKey, orders }) => {
      const requestHandle = await idempotencyKey.reserve(paymentId);
      const held = await orders.lock(orderId);
      if (held === undefined) throw notFound('order');
      const attempt = { id: paymentId, cardLast4: card.last4, requestHandle };
      return orders.save(startCardPayment(held, attempt, actionContext(caller.userId, { clock, ids })));
    });
    return collectPayment({
      orderId,
      paymentId,
      amount: started.total,
      token: card.token,
      by: caller.userId,
    });
  };
};
