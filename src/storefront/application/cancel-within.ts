import type { IdGenerator } from '../../kernel/ids.js';
import { cancelOrder, outstandingOf, type Order, type Step } from '../domain/order.js';
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
  { step, ids }: Readonly<{ step: Step; ids: IdGenerator }>,
): Promise<Order> {
  const cancelled = await ports.orders.save(cancelOrder(order, why, step));
  if (order.discountId !== null) await ports.discounts.release(order.discountId, order.userId);
  await restock(ports.stock, order, { pieces: outstandingOf(order), reason: ORDER_CANCELLED }, { step, ids });
  await ports.outbox.append(orderMail(order.id, 'cancelled'));
  await enqueueRefundEffects(ports, cancelled, cancelled.refunds.slice(order.refunds.length), step.by);
  return cancelled;
}
