import { DomainError, invalidField } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';

export const skuTaken = (): DomainError =>
  new DomainError('conflict', 'sku-taken', 'There is already a product with this SKU.');

export const codeTaken = (): DomainError =>
  new DomainError('conflict', 'code-taken', 'There is already a discount with this code.');

/** The practice keeps its prices in one currency. `pointer` leads to the money at fault. */
export const currencyMismatch = (pointer: string, expected: string, given: string): DomainError =>
  new DomainError('invalid', 'currency-mismatch', `Prices are in ${expected}, not in ${given}.`, {
    errors: [{ pointer: `${pointer}/currency`, detail: `must be ${expected}` }],
  });

/** A product that is asked for more of than there is. */
export type ShortLine = Readonly<{ productId: string; requested: number; available: number }>;

export const insufficientStock = (lines: readonly ShortLine[]): DomainError =>
  new DomainError('conflict', 'insufficient-stock', 'There is not enough in stock.', { lines });

export const productInactive = (productIds: readonly string[]): DomainError =>
  new DomainError('conflict', 'product-inactive', 'Some of the products are not sold any more.', {
    productIds,
  });

/** `position` is the line in the request that names the product first. */
export const unknownProduct = (position: number): DomainError =>
  invalidField(`/lines/${position}/productId`, 'There is no such product.');

/** Unknown, switched off, not begun or over: nobody learns which codes there are by trying. */
export const discountInactive = (): DomainError =>
  new DomainError('conflict', 'discount-inactive', 'This discount code does not work, or not now.');

export const discountExhausted = (): DomainError =>
  new DomainError(
    'conflict',
    'discount-exhausted',
    'This discount code has been used as often as it may be.',
  );

export const discountMinimum = (minSubtotal: Money, subtotal: Money): DomainError =>
  new DomainError('conflict', 'discount-minimum', 'The order is too small for this discount code.', {
    minSubtotal,
    subtotal,
  });

export const invalidTransition = (from: string, to: string, allowed: readonly string[]): DomainError =>
  new DomainError('conflict', 'invalid-transition', `An order that is ${from} cannot become ${to}.`, {
    from,
    to,
    allowed,
  });

/** While nobody knows whether a card was charged, the order is neither paid again nor given up. */
export const paymentInDoubt = (): DomainError =>
  new DomainError('conflict', 'payment-in-doubt', 'A payment of this order is still being settled.', {
    retryAfterSeconds: 10,
  });

export const cardDeclined = (orderId: string): DomainError =>
  new DomainError('payment_refused', 'card-declined', 'The card was declined. The order waits to be paid.', {
    orderId,
  });

export const paymentFailed = (orderId: string): DomainError =>
  new DomainError(
    'payment_refused',
    'payment-failed',
    'The payment did not reach the gateway and nothing was charged. The order waits to be paid.',
    { orderId },
  );

export const refundExceedsCaptured = (refundable: Money): DomainError =>
  new DomainError('conflict', 'refund-exceeds-captured', 'Refunds cannot exceed what was paid.', {
    refundable,
  });

export const restockExceedsSold = (lineId: string, restockable: number): DomainError =>
  new DomainError('conflict', 'restock-exceeds-sold', 'More would come back than went out.', {
    lineId,
    restockable,
  });

/** `limit`: how many orders a member may have that wait to be paid. */
export const tooManyUnpaidOrders = (limit: number): DomainError =>
  new DomainError(
    'conflict',
    'too-many-unpaid-orders',
    `You have ${limit} orders that wait to be paid. Pay or cancel one of them, or ask the practice.`,
    { limit },
  );

/** `limit`: how many pieces a member's unpaid orders may hold; `unpaid`: how many they hold without this one. */
export const tooManyUnpaidPieces = (limit: number, unpaid: number): DomainError =>
  new DomainError(
    'conflict',
    'too-many-unpaid-pieces',
    `Your orders that wait to be paid may hold ${limit} pieces, and hold ${unpaid}. Order fewer, pay or cancel an order, or ask the practice.`,
    { limit, unpaid },
  );
