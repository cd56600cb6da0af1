import type { Outbox } from '../../kernel/outbox.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { IdempotencyKeys, IdempotencyKey } from '../../kernel/idempotency-key.js';
import type { Discount } from '../domain/discount.js';
import type { Order, OrderDraft } from '../domain/order.js';
import type { OrderEvent } from '../domain/order-event.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { PaymentMethod } from '../domain/payment.js';
import type { UnpaidOrders } from '../domain/order-limits.js';
import type { Product, StockedProduct } from '../domain/product.js';
import type { StockMovement } from '../domain/stock.js';
import type { OrderView } from './order-view.js';

export { DISCOUNT_KINDS, type Discount } from '../domain/discount.js';
export type { Order } from '../domain/order.js';
export { EVENT_TYPES, type OrderEvent } from '../domain/order-event.js';
export { PAYMENT_STATUSES, paymentStatusOf } from '../domain/order-payments.js';
export { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.js';
export { PAYMENT_METHODS, SINGLE_PAYMENT_STATUSES } from '../domain/payment.js';
export { REFUND_STATUSES } from '../domain/refund.js';
export type { Priced } from '../domain/pricing.js';
export { MAX_PRICE, MAX_STOCK, type Product, type StockedProduct } from '../domain/product.js';
export type { StockMovement } from '../domain/stock.js';

/** Who asks. Staff and admins see and do what belongs to others. */
export type Caller = Readonly<{ userId: string; role: 'member' | 'staff' | 'admin' }>;
export const isStaff = ({ role }: Caller): boolean => role !== 'member';

/** Lock order within the context: order → buyer → discount → products by id; amounts of the books come after them. */
export interface ProductRepository {
  /** Locks it, and its stock, to the end of the transaction. */
  lock(id: string): Promise<StockedProduct | undefined>;
  /** Without stock. conflict `sku-taken`. */
  insert(product: Product): Promise<void>;
  /** The product with its next version; stale `version-mismatch` unless the stored version is the given one. conflict `sku-taken`. */
  save(product: Product): Promise<Product>;
  /** Whether any order, of whatever status, holds it. */
  wasSold(id: string): Promise<boolean>;
  /** With its movements. For one that was never sold. */
  delete(id: string): Promise<void>;
}

/** `stock` is what there was before; not moved means that so many could not be taken. */
export type MovedProduct = StockedProduct & Readonly<{ moved: boolean }>;

export interface Stock {
  /**
   * Moves pieces of several products, each named once, locking them in order of id so that crossing orders cannot
   * deadlock. By product id; products that are not there are left out. Where one could not be moved the caller throws.
   */
  move(movements: readonly StockMovement[]): Promise<ReadonlyMap<string, MovedProduct>>;
}

export interface DiscountRepository {
  lock(id: string): Promise<Discount | undefined>;
  /** `code` is canonical. */
  lockByCode(code: string): Promise<Discount | undefined>;
  /** conflict `code-taken` */
  insert(discount: Discount): Promise<void>;
  /** All but `used`. stale `version-mismatch`, conflict `code-taken`. */
  save(discount: Discount): Promise<Discount>;
  /** The user's orders with it that are not cancelled. */
  usesBy(id: string, userId: string): Promise<number>;
  /** Counts one more use; conflict `discount-exhausted` when either limit is reached, whatever the caller has read. */
  take(id: string, userId: string): Promise<void>;
  /** Counts one use less. */
  release(id: string, userId: string): Promise<void>;
  /** Whether any order, of whatever status, was placed with it. */
  wasUsed(id: string): Promise<boolean>;
  delete(id: string): Promise<void>;
}

export interface OrderRepository {
  /**
   * The buyer's orders that wait to be paid. Keeps others from placing orders for the same buyer to the end of the
   * transaction, if they look first, too.
   */
  lockUnpaidOf(userId: string): Promise<UnpaidOrders>;
  /** Gives it its number. 422 `validation` at /userId when there is no such user. */
  insert(draft: OrderDraft): Promise<Order>;
  /** Locks the order, and with it its payments and refunds, to the end of the transaction. */
  lock(id: string): Promise<Order | undefined>;
  /** The order with its next version, its events written; stale `version-mismatch`. Lines never change. */
  save(order: Order): Promise<Order>;
}

/** Money that has moved, for the books. `amount` in minor units of the practice's currency. */
export type PaymentRecord = Readonly<{
  orderId: string;
  orderNumber: number;
  /** Whose order it is. */
  userId: string;
  paymentId: string;
  method: PaymentMethod;
  amount: number;
  by: string | null;
}>;
export type RefundRecord = PaymentRecord & Readonly<{ refundId: string }>;

/** The books, in the caller's transaction. Called last, for their locks come last; the same event again changes nothing. */
export interface Bookkeeper {
  recordPayment(payment: PaymentRecord): Promise<void>;
  recordRefund(refund: RefundRecord): Promise<void>;
}

/** The ports of a unit of work; they exist only inside. */
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

/** `q` is looked for anywhere in name and description. */
export type ProductFilter = Readonly<{ q?: string | undefined; isActive?: boolean | undefined }>;

/** Each is one statement. */
export interface ProductQueries {
  find(id: string): Promise<StockedProduct | undefined>;
  findMany(ids: readonly string[]): Promise<ReadonlyMap<string, StockedProduct>>;
  /** Newest first; the page key is [createdAt in ms since 1970, id]. So are the other lists. */
  list(filter: ProductFilter, page: PageRequest): Promise<Page<StockedProduct>>;
  movements(productId: string, page: PageRequest): Promise<Page<StockMovement>>;
}

export interface DiscountQueries {
  find(id: string): Promise<Discount | undefined>;
  /** `code` is canonical. */
  findByCode(code: string): Promise<Discount | undefined>;
  list(page: PageRequest): Promise<Page<Discount>>;
}

/** `from` inclusive, `to` exclusive, of the instant of ordering. */
export type OrderFilter = Readonly<{
  userId?: string | undefined;
  statuses?: readonly OrderStatus[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Canonical. */
  discountCode?: string | undefined;
}>;

/** An event with the name of whoever did it; null for the house. */
export type NamedEvent = Omit<OrderEvent, 'by'> &
  Readonly<{ by: Readonly<{ id: string; name: string }> | null }>;

export type OpenPayment = Readonly<{
  orderId: string;
  paymentId: string;
  createdAt: Date;
  status: 'processing' | 'failed';
}>;
export type OpenRefund = Readonly<{ orderId: string; refundId: string }>;

/** Each is one statement, however many orders, lines, payments and refunds it brings. */
export interface OrderQueries {
  find(id: string): Promise<Order | undefined>;
  findByPayment(paymentId: string): Promise<Order | undefined>;
  list(filter: OrderFilter, page: PageRequest, newestFirst: boolean): Promise<Page<OrderView>>;
  /** Oldest first; the page key is [at in ms, id]. */
  events(orderId: string, page: PageRequest): Promise<Page<NamedEvent>>;
  /** Pending orders whose time was over at `now` and of which no payment is in doubt, the longest overdue first. */
  expired(now: Date, limit: number): Promise<readonly string[]>;
  /**
   * Card payments that are processing and began before `begunBefore`, and behind them, so that they are in nobody's way,
   * those given up as failed since `failedSince`; oldest first.
   */
  openPayments(
    range: Readonly<{ begunBefore: Date; failedSince: Date }>,
    limit: number,
  ): Promise<readonly OpenPayment[]>;
  /** Refunds that have been pending since before `begunBefore`. */
  openRefunds(begunBefore: Date, limit: number): Promise<readonly OpenRefund[]>;
}

/** A saved card, ready to be charged; the token goes to the gateway and is never stored here. */
export type ChosenCard = Readonly<{ token: string; last4: string }>;

/**
 * Cards and the gateway behind them. It is far away: never called inside a unit of work. A key makes its charge or
 * refund idempotent: the same key again moves nothing.
 */
export interface CardCharges {
  /** The user's own card, the default one for null. not_found, invalid `no-card`, `card-expired`, `card-payments-off`. */
  choose(userId: string, cardId: string | null): Promise<ChosenCard>;
  /** inDoubt: no answer in time. refused: the gateway is away, and has surely charged nothing. Minor units. */
  charge(
    charge: Readonly<{ key: string; token: string; amount: number; currency: string }>,
  ): Promise<'captured' | 'declined' | 'inDoubt' | 'refused'>;
  /** What became of a charge. unknown: it never arrived. unreachable: nobody can say at the moment. */
  outcomeOf(key: string): Promise<'captured' | 'declined' | 'unknown' | 'unreachable'>;
  refund(
    refund: Readonly<{ key: string; chargeKey: string; amount: number }>,
  ): Promise<'succeeded' | 'failed' | 'inDoubt'>;
}

/** Mail to people whose addresses this context never sees. */
export interface Correspondence {
  /** Nothing happens when there is nobody to write to any more. */
  write(letter: Readonly<{ id: string; userId: string; subject: string; text: string }>): Promise<void>;
}
