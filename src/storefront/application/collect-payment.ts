import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { cardDeclined, paymentFailed } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { CardCharges, OrderQueries, StorefrontPorts } from './ports.js';
import { settlePayment } from './settle-payment.js';
import { actionContext } from './action-context.js';

/**
 * Charges a payment that is committed as processing, settles it and returns the order. When the gateway does not answer,
 * the payment stays in doubt until `reconcilePayments` settles it.
 * payment_refused `card-declined`, `payment-failed`: thrown after the outcome is committed.
 */
export type CollectPayment = (
  payment: Readonly<{ orderId: string; paymentId: string; amount: number; token: string; by: string }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  cardCharges: CardCharges;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeCollectPayment =
  ({
    storefrontUnitOfWork,
    orderQueries,
    cardCharges,
    practice: { currency },
    clock,
    ids,
  }: Dependencies): CollectPayment =>
  async ({ orderId, paymentId, amount, token, by }) => {
    const action = () => actionContext(by, { clock, ids });
    const outcome = await cardCharges.charge({ key: paymentId, token, amount, currency });
    switch (outcome) {
      case 'captured':
        return storefrontUnitOfWork.run((ports) =>
          settlePayment(ports, { orderId, paymentId, outcome }, action()),
        );
      case 'inDoubt':
        // In a unit of work, because the response is committed with one.
        return storefrontUnitOfWork.run(async () => {
          const order = await orderQueries.find(orderId);
          if (order === undefined) throw new Error(`order ${orderId} is gone`);
          return order;
        });
      case 'declined':
        await storefrontUnitOfWork.runInNewTransaction((ports) =>
          settlePayment(ports, { orderId, paymentId, outcome }, action()),
        );
        throw cardDeclined(orderId);
      case 'refused':
        await storefrontUnitOfWork.runInNewTransaction((ports) =>
          settlePayment(ports, { orderId, paymentId, outcome: 'failed' }, action()),
        );
        throw paymentFailed(orderId);
    }
  };
