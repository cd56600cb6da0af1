import type { PaymentMethod } from '../../domain/payment.js';

/** Money that was paid, for the ledger. `amount` in minor units of the practice's currency. */
export type PaymentRecord = Readonly<{
  orderId: string;
  orderNumber: number;
  /** The buyer. */
  userId: string;
  paymentId: string;
  method: PaymentMethod;
  amount: number;
  /** The user who caused it; null: done by the system. */
  by: string | null;
}>;
export type RefundRecord = PaymentRecord & Readonly<{ refundId: string }>;

/**
 * Posts to the ledger in the caller's transaction. Call it last, because its locks come last. Repeating a record changes
 * nothing.
 */
export interface Bookkeeper {
  recordPayment(payment: PaymentRecord): Promise<void>;
  recordRefund(refund: RefundRecord): Promise<void>;
}
