import { DAY, MINUTE, plus } from '../../kernel/clock.js';
import { money } from '../../kernel/money.js';
import { invalidTransition, paymentInDoubt, refundExceedsCaptured, restockExceedsSold } from './errors.js';
import type { Prices } from './pricing.js';

export const ORDER_STATUSES = ['pending', 'processing', 'shipped', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['processing', 'cancelled'],
  processing: ['shipped', 'delivered', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};

export const PAYMENT_METHODS = ['card', 'desk'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
/** processing: the gateway has been or is about to be asked. failed: it was never asked, as far as is known. */
export const SINGLE_PAYMENT_STATUSES = ['processing', 'captured', 'declined', 'failed'] as const;
export type SinglePaymentStatus = (typeof SINGLE_PAYMENT_STATUSES)[number];
export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
export const PAYMENT_STATUSES = ['unpaid', 'inDoubt', 'paid', 'partlyRefunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** How long stock is kept for an order that nobody pays. */
const CARD_PAYMENT_TIMEOUT_MS = 15 * MINUTE;
const DESK_PATIENCE_MS = 7 * DAY;

/** As it was when ordered, whatever becomes of the product. Minor units; `total` after the discount. */
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

export type Payment = Readonly<{
  /** Also the key under which the gateway is asked. */
  id: string;
  method: PaymentMethod;
  /** Minor units, at least 1. */
  amount: number;
  status: SinglePaymentStatus;
  cardLast4: string | null;
  /** The Idempotency-Key that its settlement lets go of, while it is held. */
  requestHandle: string | null;
  createdAt: Date;
  settledAt: Date | null;
}>;

export type Restock = Readonly<{ lineId: string; quantity: number }>;
export type Refund = Readonly<{
  id: string;
  paymentId: string;
  /** Minor units, at least 1. */
  amount: number;
  reason: string;
  status: RefundStatus;
  /** What came back with it. */
  restock: readonly Restock[];
  createdAt: Date;
  settledAt: Date | null;
}>;

export const EVENT_TYPES = [
  'placed',
  'paymentStarted',
  'paymentCaptured',
  'paymentDeclined',
  'paymentFailed',
  'shipped',
  'delivered',
  'cancelled',
  'expired',
  'refundRequested',
  'refundSucceeded',
  'refundFailed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
/** `by` is a user, null for the house itself; `from` and `to` where the status changed; `amount` where money is meant. */
export type OrderEvent = Readonly<{
  id: string;
  at: Date;
  by: string | null;
  type: EventType;
  from: OrderStatus | null;
  to: OrderStatus | null;
  amount: number | null;
}>;

declare const brand: unique symbol;
type State = {
  id: string;
  /** For people; counts upwards. */
  number: number;
  userId: string;
  status: OrderStatus;
  /** How the buyer meant to pay when ordering. */
  method: PaymentMethod;
  lines: readonly OrderLine[];
  /** Minor units of the practice's currency: total = subtotal − discount = Σ line totals. */
  subtotal: number;
  discount: number;
  total: number;
  discountId: string | null;
  discountCode: string | null;
  /** When a pending order is given up; null in every other status. */
  expiresAt: Date | null;
  /** Oldest first. */
  payments: readonly Payment[];
  refunds: readonly Refund[];
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** What has happened since it was loaded; `save` writes it down. */
  recorded: readonly OrderEvent[];
};
export type Order = Readonly<State> & { readonly [brand]: 'Order' };
/** An order that has no number yet. */
export type OrderDraft = Readonly<Omit<State, 'number'>>;

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const isLine = (line: OrderLine): boolean =>
  Number.isSafeInteger(line.quantity) &&
  line.quantity >= 1 &&
  line.unitPrice >= 0 &&
  line.discount >= 0 &&
  line.total >= 0 &&
  line.total === line.quantity * line.unitPrice - line.discount;

function assertInvariants(order: OrderDraft): void {
  const { id, lines, subtotal, discount, total, payments, refunds, status, expiresAt } = order;
  const captured = sum(payments.filter(isCaptured), ({ amount }) => amount);
  const paidBack = sum(refunds.filter(counts), ({ amount }) => amount);
  const sound =
    lines.length >= 1 &&
    lines.every(isLine) &&
    total === subtotal - discount &&
    total === sum(lines, (line) => line.total) &&
    discount === sum(lines, (line) => line.discount) &&
    (status === 'pending') === (expiresAt !== null) &&
    paidBack <= captured &&
    payments.filter(isProcessing).length <= 1;
  if (!sound) throw new Error(`corrupt order ${id}`);
}

export function restoreOrder(state: State): Order {
  assertInvariants(state);
  return Object.freeze({ ...state }) as Order;
}

const isCaptured = ({ status }: Payment): boolean => status === 'captured';
const isProcessing = ({ status }: Payment): boolean => status === 'processing';
/** A refund that failed leaves the money where it was. */
const counts = ({ status }: Refund): boolean => status !== 'failed';

/** Minor units. */
export const capturedOf = ({ payments }: Pick<Order, 'payments'>): number =>
  sum(payments.filter(isCaptured), ({ amount }) => amount);
/** What may still be paid back, pending refunds counted as paid. Minor units. */
export const refundableOf = (order: Pick<Order, 'payments' | 'refunds'>): number =>
  capturedOf(order) - sum(order.refunds.filter(counts), ({ amount }) => amount);

/** Derived, never stored. */
export function paymentStatusOf(order: Pick<Order, 'payments' | 'refunds' | 'total'>): PaymentStatus {
  if (order.payments.some(isProcessing)) return 'inDoubt';
  const captured = capturedOf(order);
  if (captured < order.total) return 'unpaid';
  const returned = sum(
    order.refunds.filter(({ status }) => status === 'succeeded'),
    ({ amount }) => amount,
  );
  if (returned === 0) return 'paid';
  return returned < captured ? 'partlyRefunded' : 'refunded';
}

/** When, by whom (null: the house), and where new ids come from. */
export type Step = Readonly<{ at: Date; by: string | null; nextId: () => string }>;

const event = (
  step: Step,
  type: EventType,
  more: Partial<Pick<OrderEvent, 'from' | 'to' | 'amount'>> = {},
): OrderEvent => ({
  id: step.nextId(),
  at: step.at,
  by: step.by,
  type,
  from: more.from ?? null,
  to: more.to ?? null,
  amount: more.amount ?? null,
});

function change(order: Order, step: Step, changes: Partial<State>, ...events: readonly OrderEvent[]): Order {
  const updatedAt = step.at > order.updatedAt ? step.at : order.updatedAt;
  return restoreOrder({ ...order, ...changes, updatedAt, recorded: [...order.recorded, ...events] });
}

const replace = <Item extends { readonly id: string }>(items: readonly Item[], item: Item): readonly Item[] =>
  items.map((other) => (other.id === item.id ? item : other));

/** conflict `invalid-transition`. */
function assertTransitionAllowed(order: Order, to: OrderStatus): void {
  // Nobody gives up an order whose card may have been charged.
  const inDoubt = order.payments.some(isProcessing);
  const allowed = TRANSITIONS[order.status].filter((status) => !(inDoubt && status === 'cancelled'));
  if (!allowed.includes(to)) throw invalidTransition(order.status, to, allowed);
}

type OrderedItem = Readonly<{
  productId: string;
  sku: string;
  name: string;
  unitPrice: number;
  quantity: number;
}>;

export type Purchase = Readonly<{
  id: string;
  userId: string;
  method: PaymentMethod;
  prices: Prices<OrderedItem>;
  discount: Readonly<{ id: string; code: string }> | null;
}>;

/** A new order; it waits to be paid unless there is nothing to pay. */
export function placeOrder({ id, userId, method, prices, discount }: Purchase, step: Step): OrderDraft {
  const status = prices.total === 0 ? 'processing' : 'pending';
  const patience = method === 'card' ? CARD_PAYMENT_TIMEOUT_MS : DESK_PATIENCE_MS;
  const draft: OrderDraft = {
    id,
    userId,
    status,
    method,
    lines: prices.lines.map((line) => ({
      id: step.nextId(),
      productId: line.productId,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      discount: line.discount,
      total: line.total,
    })),
    subtotal: prices.subtotal,
    discount: prices.discount,
    total: prices.total,
    discountId: discount?.id ?? null,
    discountCode: discount?.code ?? null,
    expiresAt: status === 'pending' ? plus(step.at, patience) : null,
    payments: [],
    refunds: [],
    createdAt: step.at,
    updatedAt: step.at,
    version: 1,
    recorded: [event(step, 'placed', { to: status, amount: prices.total })],
  };
  assertInvariants(draft);
  return draft;
}

export type CardPayment = Readonly<{ id: string; cardLast4: string; requestHandle: string | null }>;

const cardPayment = (card: CardPayment, amount: number, step: Step): Payment => ({
  id: card.id,
  method: 'card',
  amount,
  status: 'processing',
  cardLast4: card.cardLast4,
  requestHandle: card.requestHandle,
  createdAt: step.at,
  settledAt: null,
});

/** The draft with a payment that the gateway is to be asked for. */
export const withCardPayment = (draft: OrderDraft, card: CardPayment, step: Step): OrderDraft => ({
  ...draft,
  payments: [cardPayment(card, draft.total, step)],
  recorded: [...draft.recorded, event(step, 'paymentStarted', { amount: draft.total })],
});

/** conflict `payment-in-doubt`, `invalid-transition`. */
export function assertPayable(order: Order): void {
  assertTransitionAllowed(order, 'processing');
  if (order.payments.some(isProcessing)) throw paymentInDoubt();
}

export function startCardPayment(order: Order, card: CardPayment, step: Step): Order {
  assertPayable(order);
  const payments = [...order.payments, cardPayment(card, order.total, step)];
  return change(order, step, { payments }, event(step, 'paymentStarted', { amount: order.total }));
}

/** Money taken at the desk. */
export function payAtDesk(order: Order, paymentId: string, step: Step): Order {
  assertPayable(order);
  const payment: Payment = {
    id: paymentId,
    method: 'desk',
    amount: order.total,
    status: 'captured',
    cardLast4: null,
    requestHandle: null,
    createdAt: step.at,
    settledAt: step.at,
  };
  return change(
    order,
    step,
    { status: 'processing', expiresAt: null, payments: [...order.payments, payment] },
    event(step, 'paymentCaptured', { amount: payment.amount, from: 'pending', to: 'processing' }),
  );
}

export function paymentOf(order: Order, paymentId: string): Payment {
  const payment = order.payments.find(({ id }) => id === paymentId);
  if (payment === undefined) throw new Error(`order ${order.id} has no payment ${paymentId}`);
  return payment;
}

const settled = (payment: Payment, status: SinglePaymentStatus, step: Step): Payment => ({
  ...payment,
  status,
  requestHandle: null,
  settledAt: step.at,
});

/**
 * The gateway has the money. One that was given up as failed may turn out to be captured after all; where the order
 * no longer waits for it, all of it goes straight back.
 */
export function capturePayment(order: Order, paymentId: string, step: Step): Order {
  const payment = paymentOf(order, paymentId);
  if (payment.status === 'captured') return order;
  const payments = replace(order.payments, settled(payment, 'captured', step));
  const { amount } = payment;
  if (order.status === 'pending')
    return change(
      order,
      step,
      { payments, status: 'processing', expiresAt: null },
      event(step, 'paymentCaptured', { amount, from: 'pending', to: 'processing' }),
    );
  const captured = change(order, step, { payments }, event(step, 'paymentCaptured', { amount }));
  const refund: Refund = {
    id: step.nextId(),
    paymentId,
    amount,
    reason: 'paid when nothing was due',
    status: 'pending',
    restock: [],
    createdAt: step.at,
    settledAt: null,
  };
  return change(
    captured,
    step,
    { refunds: [...captured.refunds, refund] },
    event(step, 'refundRequested', { amount }),
  );
}

/** The card was refused, or the gateway never got the charge. The order stays as it is and can be paid again. */
export function failPayment(
  order: Order,
  paymentId: string,
  status: 'declined' | 'failed',
  step: Step,
): Order {
  const payment = paymentOf(order, paymentId);
  if (payment.status !== 'processing') return order;
  const payments = replace(order.payments, settled(payment, status, step));
  // What was in doubt was not the buyer's fault: there must be time left to pay again.
  const again = plus(step.at, CARD_PAYMENT_TIMEOUT_MS);
  const expiresAt =
    status === 'failed' && order.expiresAt !== null && order.expiresAt < again ? again : order.expiresAt;
  return change(
    order,
    step,
    { payments, expiresAt },
    event(step, status === 'declined' ? 'paymentDeclined' : 'paymentFailed', { amount: payment.amount }),
  );
}

function move(order: Order, to: 'shipped' | 'delivered', step: Step): Order {
  assertTransitionAllowed(order, to);
  return change(order, step, { status: to }, event(step, to, { from: order.status, to }));
}
export const shipOrder = (order: Order, step: Step): Order => move(order, 'shipped', step);
export const deliverOrder = (order: Order, step: Step): Order => move(order, 'delivered', step);

/** Pieces of each line that have not come back. */
export const outstandingOf = (order: Order): readonly Restock[] =>
  order.status === 'cancelled'
    ? []
    : order.lines.map((line) => ({
        lineId: line.id,
        quantity:
          line.quantity -
          sum(
            order.refunds.flatMap(({ restock }) => restock).filter(({ lineId }) => lineId === line.id),
            ({ quantity }) => quantity,
          ),
      }));

/** Pieces by product, for the shelf. */
export function piecesOf(order: Order, restock: readonly Restock[]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { lineId, quantity } of restock) {
    const line = order.lines.find(({ id }) => id === lineId);
    if (line === undefined) throw new Error(`order ${order.id} has no line ${lineId}`);
    if (quantity > 0) pieces.set(line.productId, (pieces.get(line.productId) ?? 0) + quantity);
  }
  return pieces;
}

/** Is it time to give the order up? Never while a payment is in doubt. */
export const isExpired = (order: Order, now: Date): boolean =>
  order.status === 'pending' &&
  order.expiresAt !== null &&
  order.expiresAt <= now &&
  !order.payments.some(isProcessing);

/** Splits `amount` over the captured payments, oldest first: one refund each. Money from the desk goes back at once. */
function refundsFor(
  order: Order,
  amount: number,
  reason: string,
  restock: readonly Restock[],
  step: Step,
): Refund[] {
  const refunds: Refund[] = [];
  let left = amount;
  for (const payment of order.payments.filter(isCaptured)) {
    const returned = sum(
      order.refunds.filter((refund) => counts(refund) && refund.paymentId === payment.id),
      (refund) => refund.amount,
    );
    const part = Math.min(left, payment.amount - returned);
    if (part <= 0) continue;
    const atDesk = payment.method === 'desk';
    refunds.push({
      id: step.nextId(),
      paymentId: payment.id,
      amount: part,
      reason,
      status: atDesk ? 'succeeded' : 'pending',
      restock: refunds.length === 0 ? restock : [],
      createdAt: step.at,
      settledAt: atDesk ? step.at : null,
    });
    left -= part;
  }
  return refunds;
}

const refundEvents = (refunds: readonly Refund[], step: Step): OrderEvent[] =>
  refunds.map(({ status, amount }) =>
    event(step, status === 'succeeded' ? 'refundSucceeded' : 'refundRequested', { amount }),
  );

/** Gives the order up; what was paid goes back. What was sold is `outstandingOf` the order before. */
export function cancelOrder(order: Order, why: 'cancelled' | 'expired', step: Step): Order {
  assertTransitionAllowed(order, 'cancelled');
  const refunds = refundsFor(order, refundableOf(order), 'order cancelled', [], step);
  return change(
    order,
    step,
    { status: 'cancelled', expiresAt: null, refunds: [...order.refunds, ...refunds] },
    event(step, why, { from: order.status, to: 'cancelled' }),
    ...refundEvents(refunds, step),
  );
}

/** conflict `refund-exceeds-captured`, `restock-exceeds-sold`. `restock` names lines of this order, each once. */
export function refundOrder(
  order: Order,
  {
    amount,
    reason,
    restock,
    currency,
  }: Readonly<{ amount: number; reason: string; restock: readonly Restock[]; currency: string }>,
  step: Step,
): Order {
  const refundable = refundableOf(order);
  if (amount > refundable) throw refundExceedsCaptured(money(refundable, currency));
  const outstanding = outstandingOf(order);
  for (const { lineId, quantity } of restock) {
    const restockable = outstanding.find((line) => line.lineId === lineId)?.quantity ?? 0;
    if (quantity > restockable) throw restockExceedsSold(lineId, restockable);
  }
  const refunds = refundsFor(order, amount, reason, restock, step);
  return change(order, step, { refunds: [...order.refunds, ...refunds] }, ...refundEvents(refunds, step));
}

/** What the gateway made of a refund. One that is settled stays as it is. */
export function settleRefund(
  order: Order,
  refundId: string,
  outcome: 'succeeded' | 'failed',
  step: Step,
): Order {
  const refund = order.refunds.find(({ id }) => id === refundId);
  if (refund?.status !== 'pending') return order;
  const refunds = replace(order.refunds, { ...refund, status: outcome, settledAt: step.at });
  const type = outcome === 'succeeded' ? 'refundSucceeded' : 'refundFailed';
  return change(order, step, { refunds }, event(step, type, { amount: refund.amount }));
}

/** The order as saved: its next version, with nothing left to write down. Only repositories call this. */
export const nextOrderVersion = (order: Order): Order =>
  restoreOrder({ ...order, version: order.version + 1, recorded: [] });
