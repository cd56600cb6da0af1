import type { ActionContext } from '../domain/action-context.js';
import type { Order } from '../domain/order.js';
import { capturePayment, failPayment, paymentOf } from '../domain/order-payments.js';
import { orderMail, settleRefundJob } from './jobs.js';
import type { StorefrontPorts } from './ports.js';

type Ports = Pick<StorefrontPorts, 'orders' | 'outbox' | 'bookkeeper' | 'idempotencyKeys'>;
export type Settlement = Readonly<{
  orderId: string;
  paymentId: string;
  outcome: 'captured' | 'declined' | 'failed';
}>;

/**
 * The second transaction of a card payment, run by the request or by `reconcilePayments`, whichever is first. Repeating
 * it changes nothing. The payment, the order, the ledger posting, the mail and the release of the key commit together.
 */
export async function settlePayment(
  { orders, outbox, bookkeeper, idempotencyKeys }: Ports,
  { orderId, paymentId, outcome }: Settlement,
  action: ActionContext,
): Promise<Order> {
  const order = await orders.lock(orderId);
  if (order === undefined) throw new Error(`order ${orderId} is gone`);
  const payment = paymentOf(order, paymentId);
  const settled =
    outcome === 'captured'
      ? capturePayment(order, paymentId, action)
      : failPayment(order, paymentId, outcome, action);
  if (settled === order) return order;
  const saved = await orders.save(settled);
  // The order is locked before the key, as when the response of a request is stored.
  if (payment.requestHandle !== null) await idempotencyKeys.release(payment.requestHandle);
  if (outcome !== 'captured') return saved;
  if (order.status === 'pending') await outbox.append(orderMail(orderId, 'placed'));
  for (const refund of saved.refunds.slice(order.refunds.length))
    await outbox.append(settleRefundJob(orderId, refund.id));
  await bookkeeper.recordPayment({
    orderId,
    orderNumber: order.number,
    userId: order.userId,
    paymentId,
    method: payment.method,
    amount: payment.amount,
    by: action.by,
  });
  return saved;
}
