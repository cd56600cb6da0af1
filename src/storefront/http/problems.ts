import type { ProblemCatalog } from '../../platform/http/replies/problems.js';

/** What the shop's own codes mean to a client. */
export const storefrontProblems = {
  'card-declined': {
    status: 402,
    title: 'The card was declined',
    explanation:
      'The gateway refused to charge the card. What was to be paid, `orderId` or `appointmentId`, is there; an order keeps its stock until it expires.',
    remedy: 'Pay with another card and a fresh Idempotency-Key: `POST …/{id}/payments`.',
  },
  'payment-failed': {
    status: 402,
    title: 'The payment did not get through',
    explanation:
      'The gateway was away and charged nothing. The order, `orderId`, is there and keeps its stock until it expires.',
    remedy: 'Pay it again with a fresh Idempotency-Key: `POST /v1/orders/{id}/payments`.',
  },
  'sku-taken': {
    status: 409,
    title: 'There is already a product with this SKU',
    explanation: 'A SKU belongs to one product, retired ones included.',
    remedy: 'Use another SKU.',
  },
  'code-taken': {
    status: 409,
    title: 'There is already a discount with this code',
    explanation: 'Codes are compared without regard to case, and each belongs to one discount.',
    remedy: 'Use another code.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'There is not enough in stock',
    explanation: '`lines` names every product that is short, with what was asked for and what there is.',
    remedy: 'Ask for less, or later.',
  },
  'too-many-unpaid-orders': {
    status: 409,
    title: 'You have as many unpaid orders as you may',
    explanation: 'Members may have `limit` orders that wait to be paid; staff may order more for them.',
    remedy: 'Pay or cancel one of your orders, or ask the practice.',
  },
  'too-many-unpaid-pieces': {
    status: 409,
    title: 'Your unpaid orders would hold too many pieces',
    explanation:
      'The orders of a member that wait to be paid may hold `limit` pieces; without this one they hold `unpaid`. Staff may order more for members.',
    remedy: 'Order fewer pieces, pay or cancel one of your orders, or ask the practice.',
  },
  'product-inactive': {
    status: 409,
    title: 'A product is not sold any more',
    explanation: '`productIds` names the products that have been taken off sale.',
    remedy: 'Order without them.',
  },
  'price-changed': {
    status: 409,
    title: 'The order costs something else than expected',
    explanation:
      'A price or a discount has changed since `expectedTotal` was worked out; `quote` is what it would cost now.',
    remedy: 'Show the new total, and order again with it as `expectedTotal`.',
  },
  'discount-inactive': {
    status: 409,
    title: 'The discount code does not work',
    explanation: 'There is no such code, or it is switched off, has not begun or is over.',
    remedy: 'Order without it.',
  },
  'discount-exhausted': {
    status: 409,
    title: 'The discount code is used up',
    explanation: 'It has been used as often as it may be, by everybody together or by this buyer.',
    remedy: 'Order without it.',
  },
  'discount-minimum': {
    status: 409,
    title: 'The order is too small for the discount code',
    explanation: 'The code works from `minSubtotal` on; the order comes to `subtotal`.',
    remedy: 'Order more, or without it.',
  },
  'invalid-transition': {
    status: 409,
    title: 'That cannot be done in this state',
    explanation:
      '`from` is the present state, `to` the one asked for, and `allowed` lists those that can follow.',
    remedy: 'Read the object again.',
  },
  'payment-in-doubt': {
    status: 409,
    title: 'A payment is still being settled',
    explanation: 'The gateway has not said whether the card was charged. It is asked again and again.',
    remedy: 'Read the object again in a while.',
  },
  'refund-exceeds-captured': {
    status: 409,
    title: 'Refunds cannot exceed what was paid',
    explanation: 'Refunds that are pending count as paid back; `refundable` is what is left.',
    remedy: 'Refund at most that.',
  },
  'restock-exceeds-sold': {
    status: 409,
    title: 'More would come back than went out',
    explanation: 'Of line `lineId` at most `restockable` pieces can still come back.',
    remedy: 'Take fewer back.',
  },
} as const satisfies ProblemCatalog;
