import { DAY, MINUTE, plus } from '../../kernel/clock.js';
import type { ActionContext } from './action-context.js';
import { assertInvariants, type OrderDraft } from './order.js';
import { newEvent } from './order-event.js';
import { newCardPayment, type CardPayment, type PaymentMethod } from './payment.js';
import type { Prices } from './pricing.js';

/** For how long a pending order keeps its stock. */
export const CARD_PAYMENT_TIMEOUT_MS = 15 * MINUTE;
const DESK_PAYMENT_TIMEOUT_MS = 7 * DAY;

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

/** A new order: pending until it is paid, processing at once when nothing is due. */
export function placeOrder(
  { id, userId, method, prices, discount }: Purchase,
  action: ActionContext,
): OrderDraft {
  const status = prices.total === 0 ? 'processing' : 'pending';
  const timeoutMs = method === 'card' ? CARD_PAYMENT_TIMEOUT_MS : DESK_PAYMENT_TIMEOUT_MS;
  const draft: OrderDraft = {
    id,
    userId,
    status,
    method,
    lines: prices.lines.map((line) => ({
      id: action.nextId(),
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
    expiresAt: status === 'pending' ? plus(action.at, timeoutMs) : null,
    payments: [],
    refunds: [],
    createdAt: action.at,
    updatedAt: action.at,
    version: 1,
    pendingEvents: [newEvent(action, 'placed', { to: status, amount: prices.total })],
  };
  assertInvariants(draft);
  return draft;
}

/** The draft with a card payment that is about to be charged. */
export const withCardPayment = (draft: OrderDraft, card: CardPayment, action: ActionContext): OrderDraft => ({
  ...draft,
  payments: [newCardPayment(card, draft.total, action)],
  pendingEvents: [...draft.pendingEvents, newEvent(action, 'paymentStarted', { amount: draft.total })],
});
