import type { Refund } from '../../kernel/payments.js';
import { refundNotPending } from './errors.js';

/** Throws a plain Error: a broken invariant is corrupt data or a mistake of the program. */
export function restoreRefund(refund: Refund): Refund {
  const { id, amount, status, settledAt, method, paidOutBy } = refund;
  const isSound =
    Number.isSafeInteger(amount) &&
    amount >= 1 &&
    (status === 'pending') === (settledAt === null) &&
    (paidOutBy === null || (method === 'desk' && status === 'succeeded'));
  if (!isSound) throw new Error(`corrupt refund ${id}`);
  return Object.freeze(refund);
}

/** The refund to a card with the gateway's outcome; a settled refund stays as it is. */
export const settleRefund = (refund: Refund, status: 'succeeded' | 'failed', at: Date): Refund =>
  refund.status === 'pending' ? restoreRefund({ ...refund, status, settledAt: at }) : refund;

/** The desk refund that `by` has paid out. conflict `refund-not-pending`, also for a refund to a card. */
export function payOutRefund(refund: Refund, by: string, at: Date): Refund {
  if (refund.status !== 'pending' || refund.method !== 'desk') throw refundNotPending();
  return restoreRefund({ ...refund, status: 'succeeded', paidOutBy: by, settledAt: at });
}
