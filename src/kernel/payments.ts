import type { Origin } from './receivable.js';

/** card: a saved card is charged by the gateway. desk: staff take the money, or pay it out. */
export const PAYMENT_METHODS = ['card', 'desk'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/**
 * processing: the outcome of the charge is not known yet. failed: as far as is known, the gateway never received the charge;
 * a charge that arrives late turns it into captured.
 */
export const PAYMENT_STATES = ['processing', 'captured', 'declined', 'failed'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export type Payment = Readonly<{
  /** Also the idempotency key of the charge at the gateway. */
  id: string;
  origin: Origin;
  /** The user who pays; null for a person without an account. */
  payerId: string | null;
  method: PaymentMethod;
  /** Minor units, at least 1. */
  amount: number;
  currency: string;
  status: PaymentState;
  /** null for a payment at the desk. */
  cardLast4: string | null;
  /** What the gateway calls the charge; null before it was registered there, and for gateways that know it by `id` alone. */
  gatewayReference: string | null;
  /** The handle of the request's idempotency key, which the settlement releases; null for a request without a key. */
  requestHandle: string | null;
  /** The user who paid or took the money; null: unknown. */
  createdBy: string | null;
  createdAt: Date;
  /** null while the payment is processing. */
  settledAt: Date | null;
}>;

/** pending: the gateway has not sent the money, or nobody has paid it out at the desk. failed: no money moved. */
export const REFUND_STATES = ['pending', 'succeeded', 'failed'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

export type Refund = Readonly<{
  /** Also the idempotency key of the refund at the gateway. */
  id: string;
  paymentId: string;
  origin: Origin;
  payerId: string | null;
  /** card: the gateway sends the money to the card. desk: staff pay it out. */
  method: PaymentMethod;
  /** Minor units, at least 1. */
  amount: number;
  currency: string;
  reason: string;
  status: RefundState;
  /** The user who asked for it; null: the system. */
  createdBy: string | null;
  createdAt: Date;
  /** The member of staff who paid it out; null for a refund to a card. */
  paidOutBy: string | null;
  /** null while the refund is pending. */
  settledAt: Date | null;
}>;

/** The payments and refunds of one origin, oldest first. */
export type PaymentHistory = Readonly<{ payments: readonly Payment[]; refunds: readonly Refund[] }>;
export const NO_PAYMENTS: PaymentHistory = { payments: [], refunds: [] };

export const PAYMENT_STATUSES = ['unpaid', 'inDoubt', 'paid', 'partlyRefunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** What sums of a history need. */
type Sums = Readonly<{
  payments: readonly Pick<Payment, 'amount' | 'status'>[];
  refunds: readonly Pick<Refund, 'amount' | 'status'>[];
}>;

export const isCaptured = ({ status }: Pick<Payment, 'status'>): boolean => status === 'captured';
export const isProcessing = ({ status }: Pick<Payment, 'status'>): boolean => status === 'processing';
/** A refund that failed moved no money. */
export const isEffective = ({ status }: Pick<Refund, 'status'>): boolean => status !== 'failed';

const sum = (items: readonly Readonly<{ amount: number }>[]): number =>
  items.reduce((total, { amount }) => total + amount, 0);

/** Minor units. */
export const capturedOf = ({ payments }: Pick<Sums, 'payments'>): number => sum(payments.filter(isCaptured));

/** What can still be refunded; pending refunds count as refunded. Minor units. */
export const refundableOf = (history: Sums): number =>
  capturedOf(history) - sum(history.refunds.filter(isEffective));

/** Derived from payments and refunds, never stored. `price` in minor units. */
export function paymentStatusOf(price: number, history: Sums): PaymentStatus {
  if (history.payments.some(isProcessing)) return 'inDoubt';
  const refunded = sum(history.refunds.filter(({ status }) => status === 'succeeded'));
  const kept = capturedOf(history) - refunded;
  if (kept >= price && (refunded === 0 || kept > 0)) return 'paid';
  if (refunded === 0) return 'unpaid';
  return kept > 0 ? 'partlyRefunded' : 'refunded';
}
