import { DomainError, invalidField } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';

export const skuTaken = (): DomainError =>
  new DomainError('conflict', 'sku-taken', 'There is already a product with this SKU.');

export const codeTaken = (): DomainError =>
  new DomainError('conflict', 'code-taken', 'There is already a discount with this code.');

/** All prices of a practice are in one currency. `pointer` is the JSON pointer of the money field. */
export const currencyMismatch = (pointer: string, expected: string, given: string): DomainError =>
  new DomainError('invalid', 'currency-mismatch', `Prices are in ${expected}, not in ${given}.`, {
    errors: [{ pointer: `${pointer}/currency`, detail: `must be ${expected}` }],
  });

/** A product with less stock than requested. */
export type ShortLine = Readonly<{ productId: string; requested: number; available: number }>;

export const insufficientStock = (lines: readonly ShortLine[]): DomainError =>
  new DomainError('conflict', 'insufficient-stock', 'There is not enough in stock.', { lines });

export const productInactive = (productIds: readonly string[]): DomainError =>
  new DomainError('conflict', 'product-inactive', 'Some of the products are not sold any more.', {
    productIds,
  });

/** `position` is the index of the first line with the product. */
export const unknownProduct = (position: number): DomainError =>
  invalidField(`/lines/${position}/productId`, 'There is no such product.');

/** One error for unknown, inactive, future and past codes, so that trying codes does not reveal which exist. */
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

export const nothingToShip = (): DomainError =>
  new DomainError(
    'conflict',
    'nothing-to-ship',
    'All pieces of this order were put back into stock. Cancel the order.',
  );

/** While the outcome of a charge is unknown, the order can neither be paid again nor be cancelled. */
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

/** `limit`: how many pending orders a member may have. */
export const tooManyUnpaidOrders = (limit: number): DomainError =>
  new DomainError(
    'conflict',
    'too-many-unpaid-orders',
    `You have ${limit} orders that wait to be paid. Pay or cancel one of them, or ask the practice.`,
    { limit },
  );

/** `limit`: how many pieces a member's pending orders may have; `unpaid`: how many they have without this one. */
export const tooManyUnpaidPieces = (limit: number, unpaid: number): DomainError =>
  new DomainError(
    'conflict',
    'too-many-unpaid-pieces',
    `Your orders that wait to be paid may hold ${limit} pieces, and hold ${unpaid}. Order fewer, pay or cancel an order, or ask the practice.`,
    { limit, unpaid },
  );
