import type { Money } from '../../kernel/money.js';
import type { Appointment } from './appointment.js';
import { alreadyPaid, notPayable, paymentInDoubt } from './errors.js';

export const PAYMENT_METHODS = ['desk', 'card'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
/** processing: the outcome of the charge is not known yet. failed: the gateway never received the charge. */
export type PaymentState = 'processing' | 'captured' | 'declined' | 'failed';

declare const brand: unique symbol;
type State = {
  id: string;
  appointmentId: string;
  method: PaymentMethod;
  amount: number;
  currency: string;
  status: PaymentState;
  cardLast4: string | null;
  /** The handle of the request's idempotency key, released at settlement; null for a request without a key. */
  requestHandle: string | null;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
};
export type Payment = Readonly<State> & { readonly [brand]: 'Payment' };

export const restorePayment = (state: State): Payment => {
  const { id, method, amount, status, cardLast4 } = state;
  const isSound =
    Number.isSafeInteger(amount) &&
    amount >= 1 &&
    (method === 'card' || (status === 'captured' && cardLast4 === null));
  if (!isSound) throw new Error(`corrupt payment ${id}`);
  return Object.freeze({
    id,
    appointmentId: state.appointmentId,
    method,
    amount,
    currency: state.currency,
    status,
    cardLast4,
    requestHandle: state.requestHandle,
    createdBy: state.createdBy,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  }) as Payment;
};

export const PAYMENT_STATUSES = ['unpaid', 'inDoubt', 'paid'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Derived from the payments; null for an appointment without a price. */
export function paymentStatusOf(
  price: Money | null,
  payments: readonly Readonly<{ status: PaymentState }>[],
): PaymentStatus | null {
  if (price === null) return null;
  if (price.amount === 0 || payments.some(({ status }) => status === 'captured')) return 'paid';
  return payments.some(({ status }) => status === 'processing') ? 'inDoubt' : 'unpaid';
}

/** The amount to pay. conflict `not-payable`, `already-paid`, `payment-in-doubt` */
export function amountDue({ price, status }: Appointment, payments: readonly Payment[]): Money {
  if (price === null || status === 'declined' || status === 'cancelled') throw notPayable();
  const paymentStatus = paymentStatusOf(price, payments);
  if (paymentStatus === 'paid') throw alreadyPaid();
  if (paymentStatus === 'inDoubt') throw paymentInDoubt();
  return price;
}

/** conflict `payment-in-doubt` while a card may be charged: the appointment must not end before its payment is settled. */
export function assertNoneInDoubt(payments: readonly Payment[]): void {
  if (payments.some(({ status }) => status === 'processing')) throw paymentInDoubt();
}

export const newPayment = (
  payment: Omit<State, 'status' | 'createdAt' | 'updatedAt'>,
  status: 'processing' | 'captured',
  now: Date,
): Payment => restorePayment({ ...payment, status, createdAt: now, updatedAt: now });

/** Whether the payment took money or may have: the appointment can neither be paid again nor deleted. */
export const blocksNewPayment = ({ status }: Readonly<{ status: PaymentState }>): boolean =>
  status === 'captured' || status === 'processing';

/**
 * Settles the payment. Returns a settled payment unchanged, except that a failed one may become captured.
 */
export const settlePayment = (
  payment: Payment,
  status: Exclude<PaymentState, 'processing'>,
  now: Date,
): Payment =>
  payment.status === 'processing' || (payment.status === 'failed' && status === 'captured')
    ? restorePayment({ ...payment, status, updatedAt: now })
    : payment;
