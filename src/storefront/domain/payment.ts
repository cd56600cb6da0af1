import type { ActionContext } from './action-context.js';

export const PAYMENT_METHODS = ['card', 'desk'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
/** processing: the outcome of the charge is not known yet. failed: as far as is known, the gateway never got the charge. */
export const SINGLE_PAYMENT_STATUSES = ['processing', 'captured', 'declined', 'failed'] as const;
export type SinglePaymentStatus = (typeof SINGLE_PAYMENT_STATUSES)[number];

export type Payment = Readonly<{
  /** Also the idempotency key of the charge at the gateway. */
  id: string;
  method: PaymentMethod;
  /** Minor units, at least 1. */
  amount: number;
  status: SinglePaymentStatus;
  cardLast4: string | null;
  /** Handle of the Idempotency-Key that the settlement of the payment releases; null once it is settled. */
  requestHandle: string | null;
  createdAt: Date;
  settledAt: Date | null;
}>;

export const isCaptured = ({ status }: Payment): boolean => status === 'captured';
export const isProcessing = ({ status }: Payment): boolean => status === 'processing';

export type CardPayment = Readonly<{ id: string; cardLast4: string; requestHandle: string | null }>;

/** A payment that is committed before the gateway is asked to charge the card. */
export const newCardPayment = (card: CardPayment, amount: number, action: ActionContext): Payment => ({
  id: card.id,
  method: 'card',
  amount,
  status: 'processing',
  cardLast4: card.cardLast4,
  requestHandle: card.requestHandle,
  createdAt: action.at,
  settledAt: null,
});

/** Money that staff have taken at the desk. */
export const newDeskPayment = (id: string, amount: number, action: ActionContext): Payment => ({
  id,
  method: 'desk',
  amount,
  status: 'captured',
  cardLast4: null,
  requestHandle: null,
  createdAt: action.at,
  settledAt: action.at,
});

export const withOutcome = (
  payment: Payment,
  status: Exclude<SinglePaymentStatus, 'processing'>,
  action: ActionContext,
): Payment => ({ ...payment, status, requestHandle: null, settledAt: action.at });
