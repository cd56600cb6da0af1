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
 * Cancels an order that the caller has locked: releases the discount, puts the pieces back into stock and refunds the
 * payments. Locks: order → discount → products → ledger.
 */
export async function cancelLockedOrder(
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
  await ports.outbox.append(orderMail(order.id, why));
  await enqueueRefundEffects(ports, cancelled, cancelled.refunds.slice(order.refunds.length), action.by);
  return cancelled;
}
