import { invalidField } from '../../kernel/errors.js';
import { MAX_STOCK } from './product.js';
import { parseText } from './text.js';

const REASON_BOUNDS = { min: 1, max: 200 };

/** `delta` pieces come in (positive) or go out (negative). The stock of a product is the sum of its movements. */
export type StockMovement = Readonly<{
  id: string;
  productId: string;
  delta: number;
  reason: string;
  /** The order that takes the pieces or gives them back. */
  orderId: string | null;
  createdAt: Date;
}>;

export const FIRST_STOCK = 'first stock';
export const ORDERED = 'ordered';
export const ORDER_CANCELLED = 'order cancelled';
export const REFUNDED = 'refunded';

/** 422 `validation` at /delta or /reason. */
export function newMovement(movement: StockMovement): StockMovement {
  if (!Number.isSafeInteger(movement.delta) || movement.delta === 0 || Math.abs(movement.delta) > MAX_STOCK)
    throw invalidField('/delta', `must be a whole number of pieces other than 0, at most ${MAX_STOCK}`);
  return { ...movement, reason: parseText(movement.reason, REASON_BOUNDS, '/reason') };
}
