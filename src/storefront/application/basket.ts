import { assertLargeEnough, assertUsesLeft, type Discount } from '../domain/discount.js';
import { insufficientStock, productInactive, unknownProduct } from '../domain/errors.js';
import { priceLines, type Prices } from '../domain/pricing.js';
import type { StockedProduct } from '../domain/product.js';
import type { MovedProduct } from './ports.js';

/** Requested pieces of a product. */
export type RequestedLine = Readonly<{ productId: string; quantity: number }>;
/** Each product once, in the order of the request; `position` is the index of its first line. */
export type BasketLine = RequestedLine & Readonly<{ position: number }>;

export function toBasket(lines: readonly RequestedLine[]): readonly BasketLine[] {
  const basket = new Map<string, BasketLine>();
  lines.forEach(({ productId, quantity }, position) => {
    const earlier = basket.get(productId);
    basket.set(productId, {
      productId,
      quantity: (earlier?.quantity ?? 0) + quantity,
      position: earlier?.position ?? position,
    });
  });
  return [...basket.values()];
}

export type BasketItem = Readonly<{
  productId: string;
  sku: string;
  name: string;
  unitPrice: number;
  quantity: number;
}>;

/**
 * Prices the basket, for quotes and for checkout. `usedByUser` is 0 for a quote, which has no buyer.
 * 422 `validation` for an unknown product, conflict `product-inactive`, `discount-exhausted`, `discount-minimum`.
 */
export function priceBasket(
  basket: readonly BasketLine[],
  products: ReadonlyMap<string, StockedProduct>,
  {
    discount,
    usedByUser,
    currency,
  }: Readonly<{ discount: Discount | null; usedByUser: number; currency: string }>,
): Prices<BasketItem> {
  const found = basket.map(({ productId, quantity, position }) => {
    const product = products.get(productId)?.product;
    if (product === undefined) throw unknownProduct(position);
    return { product, quantity };
  });
  const retired = found.filter(({ product }) => !product.isActive).map(({ product }) => product.id);
  if (retired.length > 0) throw productInactive(retired);
  const items = found.map(({ product: { id, sku, name, price }, quantity }) => ({
    productId: id,
    sku,
    name,
    unitPrice: price,
    quantity,
  }));
  const prices = priceLines(items, discount?.reduction ?? null);
  if (discount !== null) {
    assertUsesLeft(discount, usedByUser);
    assertLargeEnough(discount, prices.subtotal, currency);
  }
  return prices;
}

/** conflict `insufficient-stock` with every line whose product has too little stock. */
export function assertTaken(basket: readonly BasketLine[], moved: ReadonlyMap<string, MovedProduct>): void {
  const short = basket.flatMap(({ productId, quantity }) => {
    const product = moved.get(productId);
    return product === undefined || product.moved
      ? []
      : [{ productId, requested: quantity, available: product.stock }];
  });
  if (short.length > 0) throw insufficientStock(short);
}
