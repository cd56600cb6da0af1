import { plus } from '../../kernel/clock.js';
import type { ActionContext } from './action-context.js';
import { paymentInDoubt } from './errors.js';
import { assertTransitionAllowed, changeOrder, type Order } from './order.js';
import { newEvent } from './order-event.js';
import {
  isCaptured,
  isProcessing,
  newCardPayment,
  newDeskPayment,
  withOutcome,
  type CardPayment,
  type Payment,
} from './payment.js';
import { CARD_PAYMENT_TIMEOUT_MS } from './place-order.js';
import type { Refund } from './refund.js';
import { sum } from './sum.js';

export const PAYMENT_STATUSES = ['unpaid', 'inDoubt', 'paid', 'partlyRefunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Minor units. */
export const capturedOf = ({ payments }: Pick<Order, 'payments'>): number =>
  sum(payments.filter(isCaptured), ({ amount }) => amount);

/** Derived, never stored. */
export function paymentStatusOf(order: Pick<Order, 'payments' | 'refunds' | 'total'>): PaymentStatus {
  if (order.payments.some(isProcessing)) return 'inDoubt';
  const captured = capturedOf(order);
  if (captured < order.total) return 'unpaid';
  const refunded = sum(
    order.refunds.filter(({ status }) => status === 'succeeded'),
    ({ amount }) => amount,
  );
  if (refunded === 0) return 'paid';
  return refunded < captured ? 'partlyRefunded' : 'refunded';
}

export function paymentOf(order: Order, paymentId: string): Payment {
  const payment = order.payments.find(({ id }) => id === paymentId);
  if (payment === undefined) throw new Error(`order ${order.id} has no payment ${paymentId}`);
  return payment;
}

const withPayment = (order: Order, payment: Payment): readonly Payment[] =>
  order.payments.map((other) => (other.id === payment.id ? payment : other));

/** conflict `payment-in-doubt`, `invalid-transition`. */
export function assertPayable(order: Order): void {
  assertTransitionAllowed(order, 'processing');
  if (order.payments.some(isProcessing)) throw paymentInDoubt();
}

export function startCardPayment(order: Order, card: CardPayment, action: ActionContext): Order {
  assertPayable(order);
  const payments = [...order.payments, newCardPayment(card, order.total, action)];
  return changeOrder(
    order,
    action,
    { payments },
    newEvent(action, 'paymentStarted', { amount: order.total }),
  );
}

export function payAtDesk(order: Order, paymentId: string, action: ActionContext): Order {
  assertPayable(order);
  const payment = newDeskPayment(paymentId, order.total, action);
  return changeOrder(
    order,
    action,
    { status: 'processing', expiresAt: null, payments: [...order.payments, payment] },
    newEvent(action, 'paymentCaptured', { amount: payment.amount, from: 'pending', to: 'processing' }),
  );
}

/**
 * The gateway has captured the payment, possibly one that had been marked as failed before. An order that is no longer
 * pending does not need the money: it gets a pending refund of the whole amount.
 */
export function capturePayment(order: Order, paymentId: string, action: ActionContext): Order {
  const payment = paymentOf(order, paymentId);
  if (payment.status === 'captured') return order;
  const payments = withPayment(order, withOutcome(payment, 'captured', action));
  const { amount } = payment;
  if (order.status === 'pending')
    return changeOrder(
      order,
      action,
      { payments, status: 'processing', expiresAt: null },
      newEvent(action, 'paymentCaptured', { amount, from: 'pending', to: 'processing' }),
    );
  const captured = changeOrder(order, action, { payments }, newEvent(action, 'paymentCaptured', { amount }));
  const refund: Refund = {
    id: action.nextId(),
    paymentId,
    amount,
    reason: 'paid when nothing was due',
    status: 'pending',
    restock: [],
    createdAt: action.at,
    settledAt: null,
  };
  return changeOrder(
    captured,
    action,
    { refunds: [...captured.refunds, refund] },
    newEvent(action, 'refundRequested', { amount }),
  );
}

/** declined: the bank refused the card. failed: the gateway never got the charge. The order can be paid again. */
export function failPayment(
  order: Order,
  paymentId: string,
  status: 'declined' | 'failed',
  action: ActionContext,
): Order {
  const payment = paymentOf(order, paymentId);
  if (payment.status !== 'processing') return order;
  const payments = withPayment(order, withOutcome(payment, status, action));
  // A failure is not the buyer's fault: the order must not expire before the buyer could pay again.
  const earliestExpiry = plus(action.at, CARD_PAYMENT_TIMEOUT_MS);
  const expiresAt =
    status === 'failed' && order.expiresAt !== null && order.expiresAt < earliestExpiry
      ? earliestExpiry
      : order.expiresAt;
  return changeOrder(
    order,
    action,
    { payments, expiresAt },
    newEvent(action, status === 'declined' ? 'paymentDeclined' : 'paymentFailed', { amount: payment.amount }),
  );
}
