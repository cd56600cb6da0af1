import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { NewJob } from '../../kernel/outbox.js';

/** Kinds of jobs: enqueued in the outbox, or run at intervals. */
export const ORDER_MAIL = 'storefront.order-mail';
export const SETTLE_REFUND = 'storefront.settle-refund';
export const RECONCILE_PAYMENTS = 'storefront.reconcile-payments';
export const EXPIRE_ORDERS = 'storefront.expire-orders';

export const RECONCILE_EVERY_MS = 10 * SECOND;
export const EXPIRE_EVERY_MS = MINUTE / 2;

export const MAIL_OCCASIONS = ['placed', 'shipped', 'cancelled', 'expired', 'refunded'] as const;
export type MailOccasion = (typeof MAIL_OCCASIONS)[number];

/** At most one mail for each occasion and for each refund. */
export const orderMail = (orderId: string, occasion: MailOccasion, refundId?: string): NewJob => ({
  kind: ORDER_MAIL,
  payload: { orderId, occasion, refundId: refundId ?? null },
  dedupeKey: [ORDER_MAIL, orderId, occasion, ...(refundId === undefined ? [] : [refundId])].join(':'),
});

export const settleRefundJob = (orderId: string, refundId: string): NewJob => ({
  kind: SETTLE_REFUND,
  payload: { orderId, refundId },
  dedupeKey: `${SETTLE_REFUND}:${refundId}`,
});
