import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { settleRefund } from '../domain/order-refunds.js';
import { orderMail } from './jobs.js';
import type { CardCharges, OrderQueries, StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

/** The gateway is unreachable; the job runner retries. */
export class RefundUnsettled extends Error {
  override readonly name = 'RefundUnsettled';
  constructor() {
    super('The gateway has not reported the outcome of a refund.');
  }
}

/** The job of a card refund: asks the gateway to send the money, then posts it to the ledger. Repeating it changes nothing. */
export type SettleRefund = (job: Readonly<{ orderId: string; refundId: string }>) => Promise<void>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  cardCharges: CardCharges;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeSettleRefund =
  ({ storefrontUnitOfWork, orderQueries, cardCharges, clock, ids }: Dependencies): SettleRefund =>
  async ({ orderId, refundId }) => {
    const refund = (await orderQueries.find(orderId))?.refunds.find(({ id }) => id === refundId);
    if (refund?.status !== 'pending' || refund.paymentId === null) return;
    const { paymentId, amount } = refund;
    const outcome = await cardCharges.refund({ key: refundId, chargeKey: paymentId, amount });
    if (outcome === 'inDoubt') throw new RefundUnsettled();
    await storefrontUnitOfWork.run(async ({ orders, outbox, bookkeeper }) => {
      const order = await orders.lock(orderId);
      if (order === undefined) throw new Error(`order ${orderId} is gone`);
      const settled = settleRefund(order, refundId, outcome, actionContext(null, { clock, ids }));
      if (settled === order) return;
      await orders.save(settled);
      if (outcome === 'failed') return;
      await outbox.append(orderMail(orderId, 'refunded', refundId));
      await bookkeeper.recordRefund({
        orderId,
        orderNumber: order.number,
        userId: order.userId,
        paymentId,
        refundId,
        method: 'card',
        amount,
        by: null,
      });
    });
  };
