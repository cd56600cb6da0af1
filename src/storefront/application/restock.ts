import type { IdGenerator } from '../../kernel/ids.js';
import type { ActionContext } from '../domain/action-context.js';
import type { Order } from '../domain/order.js';
import { piecesOf } from '../domain/order-refunds.js';
import type { Refund, Restock } from '../domain/refund.js';
import { newMovement } from '../domain/stock.js';
import { orderMail, settleRefundJob } from './jobs.js';
import type { StorefrontPorts } from './ports.js';

/** Puts pieces of an order back into stock. */
export async function restock(
  stock: StorefrontPorts['stock'],
  order: Order,
  { pieces, reason }: Readonly<{ pieces: readonly Restock[]; reason: string }>,
  { action, ids }: Readonly<{ action: ActionContext; ids: IdGenerator }>,
): Promise<void> {
  const movements = [...piecesOf(order, pieces)].map(([productId, delta]) =>
    newMovement({ id: ids.next(), productId, delta, reason, orderId: order.id, createdAt: action.at }),
  );
  if (movements.length === 0) return;
  const moved = await stock.move(movements);
  if ([...moved.values()].some((product) => !product.moved))
    throw new Error(`the pieces of order ${order.id} could not be put back into stock`);
}

/**
 * Enqueues a gateway job for each pending refund and a mail for each desk refund, and posts desk refunds to the ledger.
 * A refund without a payment moves no money and has no effects. Call it last, because the ledger's locks come last.
 */
export async function enqueueRefundEffects(
  { outbox, bookkeeper }: Pick<StorefrontPorts, 'outbox' | 'bookkeeper'>,
  order: Order,
  refunds: readonly Refund[],
  by: string | null,
): Promise<void> {
  for (const refund of refunds) {
    if (refund.paymentId === null) continue;
    if (refund.status === 'pending') await outbox.append(settleRefundJob(order.id, refund.id));
    else await outbox.append(orderMail(order.id, 'refunded', refund.id));
  }
  for (const refund of refunds)
    if (refund.status === 'succeeded' && refund.paymentId !== null)
      await bookkeeper.recordRefund({
        orderId: order.id,
        orderNumber: order.number,
        userId: order.userId,
        paymentId: refund.paymentId,
        refundId: refund.id,
        method: 'desk',
        amount: refund.amount,
        by,
      });
}
