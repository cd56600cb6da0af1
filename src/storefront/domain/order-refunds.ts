import { money } from '../../kernel/money.js';
import type { ActionContext } from './action-context.js';
import { refundExceedsCaptured, restockExceedsSold } from './errors.js';
import { changeOrder, type Order } from './order.js';
import { newEvent, refundEvents } from './order-event.js';
import { capturedOf } from './order-payments.js';
import { isCaptured } from './payment.js';
import { isEffectiveRefund, type Refund, type Restock } from './refund.js';
import { sum } from './sum.js';

/** The amount that can still be refunded; pending refunds count as refunded. Minor units. */
export const refundableOf = (order: Pick<Order, 'payments' | 'refunds'>): number =>
  capturedOf(order) - sum(order.refunds.filter(isEffectiveRefund), ({ amount }) => amount);

/** The pieces of each line that have not come back. */
export const outstandingOf = (order: Order): readonly Restock[] =>
  order.status === 'cancelled'
    ? []
    : order.lines.map((line) => ({
        lineId: line.id,
        quantity:
          line.quantity -
          sum(
            order.refunds.flatMap(({ restock }) => restock).filter(({ lineId }) => lineId === line.id),
            ({ quantity }) => quantity,
          ),
      }));

/** The pieces in `restock` by product id. */
export function piecesOf(order: Order, restock: readonly Restock[]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { lineId, quantity } of restock) {
    const line = order.lines.find(({ id }) => id === lineId);
    if (line === undefined) throw new Error(`order ${order.id} has no line ${lineId}`);
    if (quantity > 0) pieces.set(line.productId, (pieces.get(line.productId) ?? 0) + quantity);
  }
  return pieces;
}

/**
 * Splits `amount` over the captured payments, oldest first: one refund for each. Desk payments are refunded at once, card
 * payments by the gateway later.
 */
export function refundsFor(
  order: Order,
  { amount, reason, restock }: Readonly<{ amount: number; reason: string; restock: readonly Restock[] }>,
  action: ActionContext,
): Refund[] {
  const refunds: Refund[] = [];
  let left = amount;
  for (const payment of order.payments.filter(isCaptured)) {
    const refunded = sum(
      order.refunds.filter((refund) => isEffectiveRefund(refund) && refund.paymentId === payment.id),
      (refund) => refund.amount,
    );
    const part = Math.min(left, payment.amount - refunded);
    if (part <= 0) continue;
    const isDesk = payment.method === 'desk';
    refunds.push({
      id: action.nextId(),
      paymentId: payment.id,
      amount: part,
      reason,
      status: isDesk ? 'succeeded' : 'pending',
      restock: refunds.length === 0 ? restock : [],
      createdAt: action.at,
      settledAt: isDesk ? action.at : null,
    });
    left -= part;
  }
  return refunds;
}

/** Pieces that come back without money. */
const returnOf = (
  { reason, restock }: Readonly<{ reason: string; restock: readonly Restock[] }>,
  action: ActionContext,
): Refund => ({
  id: action.nextId(),
  paymentId: null,
  amount: 0,
  reason,
  status: 'succeeded',
  restock,
  createdAt: action.at,
  settledAt: action.at,
});

/**
 * With an `amount` of 0 only pieces come back. conflict `refund-exceeds-captured`, `restock-exceeds-sold`. `restock` names lines
 * of this order, each once.
 */
export function refundOrder(
  order: Order,
  {
    amount,
    reason,
    restock,
    currency,
  }: Readonly<{ amount: number; reason: string; restock: readonly Restock[]; currency: string }>,
  action: ActionContext,
): Order {
  const refundable = refundableOf(order);
  if (amount > refundable) throw refundExceedsCaptured(money(refundable, currency));
  // The pieces of a pending order are not sold yet.
  const outstanding = order.status === 'pending' ? [] : outstandingOf(order);
  for (const { lineId, quantity } of restock) {
    const restockable = outstanding.find((line) => line.lineId === lineId)?.quantity ?? 0;
    if (quantity > restockable) throw restockExceedsSold(lineId, restockable);
  }
  const refunds =
    amount === 0
      ? [returnOf({ reason, restock }, action)]
      : refundsFor(order, { amount, reason, restock }, action);
  return changeOrder(
    order,
    action,
    { refunds: [...order.refunds, ...refunds] },
    ...refundEvents(refunds, action),
  );
}

/** Stores the gateway's outcome of a pending refund; a refund that is settled stays as it is. */
export function settleRefund(
  order: Order,
  refundId: string,
  outcome: 'succeeded' | 'failed',
  action: ActionContext,
): Order {
  const refund = order.refunds.find(({ id }) => id === refundId);
  if (refund?.status !== 'pending') return order;
  const settled: Refund = { ...refund, status: outcome, settledAt: action.at };
  const refunds = order.refunds.map((other) => (other.id === refundId ? settled : other));
  const type = outcome === 'succeeded' ? 'refundSucceeded' : 'refundFailed';
  return changeOrder(order, action, { refunds }, newEvent(action, type, { amount: refund.amount }));
}
