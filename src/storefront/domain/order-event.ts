import type { ActionContext } from './action-context.js';
import type { OrderStatus } from './order-status.js';
import type { Refund } from './refund.js';

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

/** A line of the order's history. */
export type OrderEvent = Readonly<{
  id: string;
  at: Date;
  /** The user who did it; null: done by the system. */
  by: string | null;
  type: EventType;
  /** Both null unless the status changed. */
  from: OrderStatus | null;
  to: OrderStatus | null;
  /** Minor units; null for events without money. */
  amount: number | null;
}>;

export const newEvent = (
  action: ActionContext,
  type: EventType,
  more: Partial<Pick<OrderEvent, 'from' | 'to' | 'amount'>> = {},
): OrderEvent => ({
  id: action.nextId(),
  at: action.at,
  by: action.by,
  type,
  from: more.from ?? null,
  to: more.to ?? null,
  amount: more.amount ?? null,
});

export const refundEvents = (refunds: readonly Refund[], action: ActionContext): OrderEvent[] =>
  refunds.map(({ status, amount }) =>
    newEvent(action, status === 'succeeded' ? 'refundSucceeded' : 'refundRequested', { amount }),
  );
