import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Order, OrderDraft } from '../../domain/order.js';
import type { OrderEvent } from '../../domain/order-event.js';
import type { UnpaidOrders } from '../../domain/order-limits.js';
import type { OrderStatus } from '../../domain/order-status.js';
import type { OrderView } from '../order-view.js';

export interface OrderRepository {
  /**
   * Counts the buyer's pending orders. Locks the buyer to the end of the transaction: another checkout of the same buyer
   * that calls this method waits.
   */
  lockUnpaidOf(userId: string): Promise<UnpaidOrders>;
  /** Assigns the number. 422 `validation` at /userId when there is no such user. */
  insert(draft: OrderDraft): Promise<Order>;
  /** Locks the order, its payments and refunds to the end of the transaction. */
  lock(id: string): Promise<Order | undefined>;
  /**
   * Returns the order with its next version and stores its pending events. Lines never change.
   * stale `version-mismatch`
   */
  save(order: Order): Promise<Order>;
}

/** `from` inclusive, `to` exclusive: when the order was placed. */
export type OrderFilter = Readonly<{
  userId?: string | undefined;
  statuses?: readonly OrderStatus[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Canonical. */
  discountCode?: string | undefined;
}>;

/** An event with the name of the user who did it; null: done by the system. */
export type NamedEvent = Omit<OrderEvent, 'by'> &
  Readonly<{ by: Readonly<{ id: string; name: string }> | null }>;

export type OpenPayment = Readonly<{
  orderId: string;
  paymentId: string;
  createdAt: Date;
  status: 'processing' | 'failed';
}>;
export type OpenRefund = Readonly<{ orderId: string; refundId: string }>;

/** Each method is one statement, however many orders, lines, payments and refunds it returns. */
export interface OrderQueries {
  find(id: string): Promise<Order | undefined>;
  findByPayment(paymentId: string): Promise<Order | undefined>;
  /** The page key is [createdAt in ms since 1970, id]. */
  list(filter: OrderFilter, page: PageRequest, newestFirst: boolean): Promise<Page<OrderView>>;
  /** Oldest first; the page key is [at in ms since 1970, id]. */
  events(orderId: string, page: PageRequest): Promise<Page<NamedEvent>>;
  /** Ids of pending orders that had expired at `now` and have no payment in doubt, the longest overdue first. */
  expired(now: Date, limit: number): Promise<readonly string[]>;
  /**
   * First the card payments that are processing and were created before `begunBefore`, then those that failed since
   * `failedSince`; both oldest first.
   */
  openPayments(
    range: Readonly<{ begunBefore: Date; failedSince: Date }>,
    limit: number,
  ): Promise<readonly OpenPayment[]>;
  /** Pending refunds that were created before `begunBefore`. */
  openRefunds(begunBefore: Date, limit: number): Promise<readonly OpenRefund[]>;
}
