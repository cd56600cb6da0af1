import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** Explanations of the error codes of payments and refunds. */
export const billingProblems = {
  'card-declined': {
    status: 402,
    title: 'The card was declined',
    explanation:
      'The gateway refused to charge the card. The order or appointment (`orderId` or `appointmentId`) exists; an order keeps its stock until it expires.',
    remedy: 'Pay with another card and a fresh Idempotency-Key: `POST …/{id}/payments`.',
  },
  'payment-failed': {
    status: 402,
    title: 'The payment did not get through',
    explanation:
      'The gateway was unreachable and charged nothing. The order or appointment (`orderId` or `appointmentId`) exists; an order keeps its stock until it expires.',
    remedy: 'Pay it again with a fresh Idempotency-Key: `POST …/{id}/payments`.',
  },
  'payment-in-doubt': {
    status: 409,
    title: 'A payment is still being settled',
    explanation: 'The gateway has not reported whether the card was charged. Praxis keeps asking it.',
    remedy: 'Read the object again in a while.',
  },
  'refund-exceeds-captured': {
    status: 409,
    title: 'Refunds cannot exceed what was paid',
    explanation: 'Pending refunds count as refunded; `refundable` is the amount that is left.',
    remedy: 'Refund at most that.',
  },
  'already-paid': {
    status: 409,
    title: 'Nothing is left to be paid',
    explanation: 'The payments that were not refunded cover the whole price.',
    remedy: 'Nothing is left to do.',
  },
  'refund-not-pending': {
    status: 409,
    title: 'This refund cannot be paid out',
    explanation: 'Only a refund at the desk that is pending can be paid out, and only once.',
    remedy: 'Read the refund again.',
  },
} as const satisfies ProblemCatalog;
