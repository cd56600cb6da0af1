import type { IdGenerator } from '../../kernel/ids.js';
import type { ActionContext } from '../domain/action-context.js';
import type { Order } from '../domain/order.js';
import { cancelOrder } from '../domain/order-progress.js';
import { outstandingOf } from '../domain/order-refunds.js';
import { ORDER_CANCELLED } from '../domain/stock.js';
import { enqueueRefundEffects, restock } from './restock.js';
import { orderMail } from './jobs.js';
import type { StorefrontPorts } from './ports.js';

/**
 * Cancels an order that the caller holds locked: the code is free again, what was sold is back on the shelf, and what
 * was paid is on its way back. Locks: the order → the discount → the products → the books.
 */
export async function cancelWithin(
  ports: Pick<StorefrontPorts, 'orders' | 'discounts' | 'stock' | 'outbox' | 'bookkeeper'>,
  order: Order,
  why: 'cancelled' | 'expired',
  { action, ids }: Readonly<{ action: ActionContext; ids: IdGenerator }>,
): Promise<Order> {
  const cancelled = await ports.orders.save(cancelOrder(order, why, action));
  if (order.discountId !== null) await ports.discounts.release(order.discountId, order.userId);
  await restock(
    ports.stock,
    order,
    { pieces: outstandingOf(order), reason: ORDER_CANCELLED },
    { action, ids },
  );
  await ports.outbox.append(orderMail(order.id, 'cancelled'));
  await enqueueRefundEffects(ports, cancelled, cancelled.refunds.slice(order.refunds.length), action.by);
  return cancelled;
}
