import type { Payment, PaymentHistory, PaymentMethod, Refund } from './payments.js';
import type { Origin, Receivable } from './receivable.js';

/** Payment with a saved card (null: the default card), or at the desk. */
export type PaymentChoice =
  Readonly<{ method: 'card'; cardId: string | null }> | Readonly<{ method: 'desk' }>;

/** A choice that can be carried out. The token goes to the gateway only. */
export type PaymentMeans =
  Readonly<{ method: 'card'; token: string; last4: string }> | Readonly<{ method: 'desk' }>;

/**
 * Finds the card that a payer chose. Call it before the transaction that collects.
 * not_found; invalid `no-card`, `card-expired`, `card-payments-off`
 */
export type ResolvePaymentMeans = (
  query: Readonly<{ payerId: string; choice: PaymentChoice }>,
) => Promise<PaymentMeans>;

/**
 * Takes money for the objects of other contexts, and gives it back. Resolved inside a unit of work, it writes in the same
 * transaction; the caller has locked the origin of the receivable. `by`: the user who acts; null: the system.
 */
export interface Billing {
  historyOf(origin: Origin): Promise<PaymentHistory>;
  /**
   * Records a payment of what is due. At the desk it is captured and posted to the ledger at once, so call it last. By card
   * it is processing, and `completePayment` has to be called after the commit.
   * conflict `payment-in-doubt`, `already-paid`
   */
  collect(
    receivable: Receivable,
    payment: Readonly<{ id: string; means: PaymentMeans; requestHandle: string | null; by: string | null }>,
  ): Promise<Payment>;
  /**
   * Refunds `amount` minor units of what was captured (null: all of it), oldest payment first. Each refund is pending: the
   * gateway sends it to the card, or staff pay it out at the desk. `method` null: the way it was paid; money from the desk
   * never goes to a card. conflict `refund-exceeds-captured`
   */
  refund(
    receivable: Receivable,
    request: Readonly<{
      amount: number | null;
      reason: string;
      method: PaymentMethod | null;
      by: string | null;
    }>,
  ): Promise<readonly Refund[]>;
}

/**
 * Charges the card of a payment that is committed as processing, and settles the payment. When the gateway does not answer,
 * the payment is returned as it is, and the reconciliation job settles it.
 * payment_refused `card-declined`, `payment-failed`: thrown after the outcome has committed.
 */
export type CompletePayment = (
  command: Readonly<{ payment: Payment; token: string; description: string; by: string }>,
) => Promise<Payment>;

/**
 * Answers the retry of a request whose Idempotency-Key was released without a response, from the payment that the request
 * has made. payment_refused `card-declined`, `payment-failed`
 */
export type AssertNotRefused = (payment: Payment) => void;

/** An origin whose row is locked to the end of the transaction. Its methods are called in that transaction. */
export type LockedOrigin = Readonly<{
  receivable: Receivable;
  /**
   * The payment was settled: captured, declined or failed. `isDue` is false for a payment that was captured when nothing was
   * due any more; all of it is refunded.
   */
  onPaymentSettled(payment: Payment, isDue: boolean): Promise<void>;
  /** The refund has succeeded or failed. */
  onRefundSettled(refund: Refund): Promise<void>;
}>;

/** A type of object that is paid for. The context that owns the objects implements it; billing does not know that context. */
export interface PaymentOrigin {
  /** Throws a plain Error for an unknown id. */
  lock(id: string): Promise<LockedOrigin>;
}
