import type { IdempotencyKey, IdempotencyKeys } from '../../kernel/idempotency-key.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { Bookkeeper } from './ports/bookkeeper.js';
import type { DiscountRepository } from './ports/discounts.js';
import type { OrderRepository } from './ports/orders.js';
import type { ProductRepository, Stock } from './ports/products.js';

export type * from './ports/bookkeeper.js';
export type * from './ports/buyers.js';
export type * from './ports/card-charges.js';
export type * from './ports/discounts.js';
export type * from './ports/orders.js';
export type * from './ports/products.js';
export type * from './ports/user-mailer.js';

/** The ports of a unit of work; they exist only inside it. */
export type StorefrontPorts = Readonly<{
  products: ProductRepository;
  stock: Stock;
  discounts: DiscountRepository;
  orders: OrderRepository;
  bookkeeper: Bookkeeper;
  outbox: Outbox;
  idempotencyKey: IdempotencyKey;
  idempotencyKeys: IdempotencyKeys;
}>;
