import type { PaymentMeans } from '../../kernel/billing.js';
import type { Payment, PaymentState } from '../../kernel/payments.js';
import type { Receivable } from '../../kernel/receivable.js';
import type { ActionContext } from './action-context.js';

export type SettledState = Exclude<PaymentState, 'processing'>;

/** Throws a plain Error: a broken invariant is corrupt data or a mistake of the program. */
export function restorePayment(payment: Payment): Payment {
  const { id, method, amount, status, cardLast4, settledAt } = payment;
  const isSound =
    Number.isSafeInteger(amount) &&
    amount >= 1 &&
    (method === 'card') === (cardLast4 !== null) &&
    (method === 'card' || status === 'captured') &&
    (status === 'processing') === (settledAt === null);
  if (!isSound) throw new Error(`corrupt payment ${id}`);
  return Object.freeze(payment);
}

/** A payment of `amount`: captured at once at the desk, processing by card until the gateway has answered. */
export const newPayment = (
  { origin, payerId, currency }: Receivable,
  {
    id,
    amount,
    means,
    requestHandle,
  }: Readonly<{ id: string; amount: number; means: PaymentMeans; requestHandle: string | null }>,
  { at, by }: ActionContext,
): Payment =>
  restorePayment({
    id,
    origin,
    payerId,
    method: means.method,
    amount,
    currency,
    status: means.method === 'card' ? 'processing' : 'captured',
    cardLast4: means.method === 'card' ? means.last4 : null,
    gatewayReference: null,
    requestHandle,
    createdBy: by,
    createdAt: at,
    settledAt: means.method === 'card' ? null : at,
  });

/** The payment with its outcome. A settled payment stays as it is, except that a failed one may become captured. */
export const settlePayment = (payment: Payment, status: SettledState, at: Date): Payment =>
  payment.status === 'processing' || (payment.status === 'failed' && status === 'captured')
    ? restorePayment({ ...payment, status, requestHandle: null, settledAt: at })
    : payment;
