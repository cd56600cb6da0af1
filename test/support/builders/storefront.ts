import { restoreDiscount, type Discount } from '../../../src/storefront/domain/discount.js';
import type { ActionContext } from '../../../src/storefront/domain/action-context.js';
import type { OrderDraft } from '../../../src/storefront/domain/order.js';
import type { PaymentMethod } from '../../../src/storefront/domain/payment.js';
import { placeOrder, withCardPayment } from '../../../src/storefront/domain/place-order.js';
import { priceLines, type Reduction } from '../../../src/storefront/domain/pricing.js';
import { restoreProduct, type Product } from '../../../src/storefront/domain/product.js';
import type { StockMovement } from '../../../src/storefront/domain/stock.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01910000');
export const T0 = new Date('2026-11-21T09:00:00.000Z');

export const anAction = (changes: Partial<ActionContext> = {}): ActionContext => ({
  at: T0,
  by: null,
  nextId: () => ids.next(),
  ...changes,
});

/** A product on sale with a unique SKU. */
export function aProduct(changes: Partial<Product> = {}): Product {
  const id = changes.id ?? ids.next();
  return restoreProduct({
    id,
    sku: `SKU-${id.slice(-6)}`,
    name: 'Toothbrush, soft',
    description: null,
    price: 490,
    isActive: true,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });
}

export function aDiscount(changes: Partial<Discount> = {}): Discount {
  const id = changes.id ?? ids.next();
  return restoreDiscount({
    id,
    code: `CODE-${id.slice(-6)}`,
    reduction: { kind: 'percent', basisPoints: 1000 },
    minSubtotal: 0,
    startsAt: null,
    endsAt: null,
    maxUses: null,
    maxUsesPerUser: null,
    isActive: true,
    used: 0,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });
}

export const aMovement = (
  changes: Partial<StockMovement> & Pick<StockMovement, 'productId'>,
): StockMovement => ({
  id: ids.next(),
  delta: 10,
  reason: 'delivery',
  orderId: null,
  createdAt: T0,
  ...changes,
});

/** A new order; its `products` must exist before it is inserted. */
export function anOrder(
  {
    userId,
    products,
    quantity = 2,
    method = 'card',
    discount = null,
    reduction = null,
    paysByCard = false,
  }: Readonly<{
    userId: string;
    products: readonly Product[];
    quantity?: number;
    method?: PaymentMethod;
    discount?: Readonly<{ id: string; code: string }> | null;
    reduction?: Reduction | null;
    /** With a payment that is processing. */
    paysByCard?: boolean;
  }>,
  action: ActionContext = anAction(),
): OrderDraft {
  const items = products.map(({ id, sku, name, price }) => ({
    productId: id,
    sku,
    name,
    unitPrice: price,
    quantity,
  }));
  const draft = placeOrder(
    { id: ids.next(), userId, method, prices: priceLines(items, reduction), discount },
    action,
  );
  if (!paysByCard) return draft;
  return withCardPayment(draft, { id: ids.next(), cardLast4: '4242', requestHandle: 'handle' }, action);
}
