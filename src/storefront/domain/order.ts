import type { ActionContext } from './action-context.js';
import { invalidTransition } from './errors.js';
import type { OrderEvent } from './order-event.js';
import { TRANSITIONS, type OrderStatus } from './order-status.js';
import { isCaptured, isProcessing, type Payment, type PaymentMethod } from './payment.js';
import { isEffectiveRefund, type Refund } from './refund.js';
import { sum } from './sum.js';

/** Keeps the product's name and price as they were when ordered. Minor units; `total` after the discount. */
export type OrderLine = Readonly<{
  id: string;
  productId: string;
  sku: string;
  name: string;
  quantity: number;
  unitPrice: number;
  discount: number;
  total: number;
}>;

declare const brand: unique symbol;
type State = {
  id: string;
  /** The number that people use; counts upwards. */
  number: number;
  userId: string;
  status: OrderStatus;
  /** The way of paying that the buyer chose when ordering. */
  method: PaymentMethod;
  lines: readonly OrderLine[];
  /** Minor units of the practice's currency: total = subtotal − discount = Σ line totals. */
  subtotal: number;
  discount: number;
  total: number;
  discountId: string | null;
  discountCode: string | null;
  /** When a pending order expires; null in every other status. */
  expiresAt: Date | null;
  /** Oldest first. */
  payments: readonly Payment[];
  refunds: readonly Refund[];
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** Events since the order was loaded; the repository stores them with it. */
  pendingEvents: readonly OrderEvent[];
};
export type Order = Readonly<State> & { readonly [brand]: 'Order' };
/** An order that has no number yet. */
export type OrderDraft = Readonly<Omit<State, 'number'>>;

const isLine = (line: OrderLine): boolean =>
  Number.isSafeInteger(line.quantity) &&
  line.quantity >= 1 &&
  line.unitPrice >= 0 &&
  line.discount >= 0 &&
  line.total >= 0 &&
  line.total === line.quantity * line.unitPrice - line.discount;

/** Throws a plain Error: a broken invariant is corrupt data or a mistake of the program. */
export function assertInvariants(order: OrderDraft): void {
  const { id, lines, subtotal, discount, total, payments, refunds, status, expiresAt } = order;
  const captured = sum(payments.filter(isCaptured), ({ amount }) => amount);
  const refunded = sum(refunds.filter(isEffectiveRefund), ({ amount }) => amount);
  const isSound =
    lines.length >= 1 &&
    lines.every(isLine) &&
    total === subtotal - discount &&
    total === sum(lines, (line) => line.total) &&
    discount === sum(lines, (line) => line.discount) &&
    (status === 'pending') === (expiresAt !== null) &&
    refunded <= captured &&
    payments.filter(isProcessing).length <= 1;
  if (!isSound) throw new Error(`corrupt order ${id}`);
}

export function restoreOrder(state: State): Order {
  assertInvariants(state);
  return Object.freeze({ ...state }) as Order;
}

/** The order with `changes`, and the events that the repository has to store. */
export function changeOrder(
  order: Order,
  action: ActionContext,
  changes: Partial<State>,
  ...events: readonly OrderEvent[]
): Order {
  const updatedAt = action.at > order.updatedAt ? action.at : order.updatedAt;
  return restoreOrder({
    ...order,
    ...changes,
    updatedAt,
    pendingEvents: [...order.pendingEvents, ...events],
  });
}

/** conflict `invalid-transition`. An order whose card may have been charged cannot be cancelled. */
export function assertTransitionAllowed(order: Order, to: OrderStatus): void {
  const isInDoubt = order.payments.some(isProcessing);
  const allowed = TRANSITIONS[order.status].filter((status) => !(isInDoubt && status === 'cancelled'));
  if (!allowed.includes(to)) throw invalidTransition(order.status, to, allowed);
}

/** The saved order: its next version, without pending events. Only repositories call this. */
export const nextOrderVersion = (order: Order): Order =>
  restoreOrder({ ...order, version: order.version + 1, pendingEvents: [] });
