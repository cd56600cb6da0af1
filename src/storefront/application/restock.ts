import type { IdGenerator } from '../../kernel/ids.js';
import type { ActionContext } from '../domain/action-context.js';
import type { Order } from '../domain/order.js';
import { piecesOf } from '../domain/order-refunds.js';
import type { Refund, Restock } from '../domain/refund.js';
import { newMovement } from '../domain/stock.js';
import { orderMail, settleRefundJob } from './jobs.js';
import type { StorefrontPorts } from './ports.js';

/** Puts pieces of an order back on the shelf. */
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
    throw new Error(`order ${order.id} could not be put back on the shelf`);
}

/** What follows from new refunds: pending ones are for the gateway, those from the desk go into the books. Call it last. */
export async function enqueueRefundEffects(
  { outbox, bookkeeper }: Pick<StorefrontPorts, 'outbox' | 'bookkeeper'>,
  order: Order,
  refunds: readonly Refund[],
  by: string | null,
): Promise<void> {
  for (const refund of refunds) {
    if (refund.status === 'pending') await outbox.append(settleRefundJob(order.id, refund.id));
    else await outbox.append(orderMail(order.id, 'refunded', refund.id));
  }
  for (const refund of refunds)
    if (refund.status === 'succeeded')
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
