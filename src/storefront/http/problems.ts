import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** Explanations of the error codes of the shop. */
export const storefrontProblems = {
  'sku-taken': {
    status: 409,
    title: 'There is already a product with this SKU',
    explanation:
      'A SKU belongs to one product, retired ones included. Case and invisible characters do not count.',
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
    explanation: '`lines` lists every product that is short, with the requested and the available pieces.',
    remedy: 'Order fewer pieces, or later.',
  },
  'too-many-unpaid-orders': {
    status: 409,
    title: 'You have reached the limit of unpaid orders',
    explanation: 'Members may have `limit` pending orders; staff may order more for them.',
    remedy: 'Pay or cancel one of your orders, or ask the practice.',
  },
  'too-many-unpaid-pieces': {
    status: 409,
    title: 'Your unpaid orders would have too many pieces',
    explanation:
      'The pending orders of a member may have `limit` pieces; without this one they have `unpaid`. Staff may order more for members.',
    remedy: 'Order fewer pieces, pay or cancel one of your orders, or ask the practice.',
  },
  'product-inactive': {
    status: 409,
    title: 'A product is no longer on sale',
    explanation: '`productIds` lists the products that are retired.',
    remedy: 'Order without them.',
  },
  'price-changed': {
    status: 409,
    title: 'The total differs from the expected one',
    explanation:
      'A price or a discount has changed since `expectedTotal` was computed; `quote` is the current quote.',
    remedy: 'Show the new total, and order again with it as `expectedTotal`.',
  },
  'discount-inactive': {
    status: 409,
    title: 'The discount code is not valid',
    explanation: 'There is no such code, or it is inactive, not valid yet or no longer valid.',
    remedy: 'Order without it.',
  },
  'discount-exhausted': {
    status: 409,
    title: 'The discount code is used up',
    explanation: 'Its limit of uses, in total or for this buyer, is reached.',
    remedy: 'Order without it.',
  },
  'discount-minimum': {
    status: 409,
    title: 'The order is too small for the discount code',
    explanation: 'The code needs a subtotal of at least `minSubtotal`; the order has `subtotal`.',
    remedy: 'Order more, or without it.',
  },
  'invalid-transition': {
    status: 409,
    title: 'That cannot be done in this state',
    explanation:
      '`from` is the present state, `to` the requested one, and `allowed` lists the states that can follow.',
    remedy: 'Read the object again.',
  },
  'nothing-to-ship': {
    status: 409,
    title: 'All pieces of the order were put back into stock',
    explanation: 'Every piece of the order came back, so there is nothing to ship or to collect.',
    remedy: 'Cancel the order.',
  },
  'restock-exceeds-sold': {
    status: 409,
    title: 'More pieces would be restocked than were sold',
    explanation: 'Of line `lineId` at most `restockable` pieces can still be restocked.',
    remedy: 'Restock fewer pieces.',
  },
} as const satisfies ProblemCatalog;
