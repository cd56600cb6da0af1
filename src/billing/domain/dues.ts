import { money } from '../../kernel/money.js';
import {
  isCaptured,
  isEffective,
  isProcessing,
  refundableOf,
  type PaymentHistory,
  type PaymentMethod,
  type Refund,
} from '../../kernel/payments.js';
import type { Receivable } from '../../kernel/receivable.js';
import type { ActionContext } from './action-context.js';
import { alreadyPaid, paymentInDoubt, refundExceedsCaptured } from './errors.js';
import { restoreRefund } from './refund.js';

/** Whether the origin wants a payment that is captured now. */
export const wantsMoney = ({ isPayable, amount }: Receivable, history: PaymentHistory): boolean =>
  isPayable && refundableOf(history) < amount;

/** The amount of the next payment in minor units. conflict `payment-in-doubt`, `already-paid` */
export function amountDue(receivable: Receivable, history: PaymentHistory): number {
  if (history.payments.some(isProcessing)) throw paymentInDoubt();
  const due = receivable.amount - refundableOf(history);
  if (due <= 0) throw alreadyPaid();
  return due;
}

/** `method` null: each part goes back the way it was paid. `amount` in minor units, at least 0. */
export type RefundRequest = Readonly<{ amount: number; reason: string; method: PaymentMethod | null }>;

/**
 * Splits a refund over the captured payments, oldest first: one pending refund for each.
 * conflict `refund-exceeds-captured`
 */
export function refundsFor(
  { payerId, currency, origin }: Receivable,
  history: PaymentHistory,
  { amount, reason, method }: RefundRequest,
  { at, by, nextId }: ActionContext,
): readonly Refund[] {
  const refundable = refundableOf(history);
  if (amount > refundable) throw refundExceedsCaptured(money(refundable, currency));
  const refunds: Refund[] = [];
  let left = amount;
  for (const payment of history.payments.filter(isCaptured)) {
    const earlier = history.refunds.filter(
      (refund) => refund.paymentId === payment.id && isEffective(refund),
    );
    const part = Math.min(
      left,
      earlier.reduce((rest, refund) => rest - refund.amount, payment.amount),
    );
    if (part <= 0) continue;
    refunds.push(
      restoreRefund({
        id: nextId(),
        paymentId: payment.id,
        origin,
        payerId,
        // Money from the desk cannot go to a card.
        method: payment.method === 'desk' ? 'desk' : (method ?? payment.method),
        amount: part,
        currency,
        reason,
        status: 'pending',
        createdBy: by,
        createdAt: at,
        paidOutBy: null,
        settledAt: null,
      }),
    );
    left -= part;
  }
  return refunds;
}
