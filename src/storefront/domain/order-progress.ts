import type { ActionContext } from './action-context.js';
import { nothingToShip } from './errors.js';
import { assertTransitionAllowed, changeOrder, type Order } from './order.js';
import { newEvent, refundEvents } from './order-event.js';
import { outstandingOf, refundableOf, refundsFor } from './order-refunds.js';
import { isProcessing } from './payment.js';

function moveTo(order: Order, to: 'shipped' | 'delivered', action: ActionContext): Order {
  assertTransitionAllowed(order, to);
  // A parcel that is under way arrives, even when its pieces were put back into stock meanwhile.
  if (order.status === 'processing' && outstandingOf(order).every(({ quantity }) => quantity === 0))
    throw nothingToShip();
  return changeOrder(order, action, { status: to }, newEvent(action, to, { from: order.status, to }));
}

/** conflict `invalid-transition`, `nothing-to-ship`. */
export const shipOrder = (order: Order, action: ActionContext): Order => moveTo(order, 'shipped', action);
/** conflict `invalid-transition`, `nothing-to-ship` for an order that would be picked up. */
export const deliverOrder = (order: Order, action: ActionContext): Order =>
  moveTo(order, 'delivered', action);

/** Whether a pending order has passed its time; never while a payment is in doubt. */
export const isExpired = (order: Order, now: Date): boolean =>
  order.status === 'pending' &&
  order.expiresAt !== null &&
  order.expiresAt <= now &&
  !order.payments.some(isProcessing);

/**
 * Cancels the order and refunds what was captured. The pieces to put back into stock are `outstandingOf` the order before.
 * conflict `invalid-transition`.
 */
export function cancelOrder(order: Order, why: 'cancelled' | 'expired', action: ActionContext): Order {
  assertTransitionAllowed(order, 'cancelled');
  const all = { amount: refundableOf(order), reason: 'order cancelled', restock: [] };
  const refunds = refundsFor(order, all, action);
  return changeOrder(
    order,
    action,
    { status: 'cancelled', expiresAt: null, refunds: [...order.refunds, ...refunds] },
    newEvent(action, why, { from: order.status, to: 'cancelled' }),
    ...refundEvents(refunds, action),
  );
}
