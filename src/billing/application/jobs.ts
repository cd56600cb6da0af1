import { SECOND } from '../../kernel/clock.js';
import type { NewJob } from '../../kernel/outbox.js';

/** Kinds of jobs: enqueued in the outbox, or run at intervals. */
export const SETTLE_REFUND = 'billing.settle-refund';
export const RECONCILE_PAYMENTS = 'billing.reconcile-payments';

export const RECONCILE_EVERY_MS = 10 * SECOND;

export const settleRefundJob = (refundId: string): NewJob => ({
  kind: SETTLE_REFUND,
  payload: { refundId },
  dedupeKey: `${SETTLE_REFUND}:${refundId}`,
});
