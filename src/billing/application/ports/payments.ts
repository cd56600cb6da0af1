import type { Payment, PaymentHistory, Refund } from '../../../kernel/payments.js';
import type { Origin } from '../../../kernel/receivable.js';

/** Payments and refunds. The lock of their origin guards them: lock it before calling a method that writes. */
export interface PaymentRepository {
  find(paymentId: string): Promise<Payment | undefined>;
  findRefund(refundId: string): Promise<Refund | undefined>;
  /** The payments and refunds of the origin, oldest first. */
  historyOf(origin: Origin): Promise<PaymentHistory>;
  /** conflict `payment-in-doubt` when the origin has a payment that is processing. */
  insert(payment: Payment): Promise<void>;
  /** Stores status and settlement. */
  save(payment: Payment): Promise<void>;
  /** Stores what the gateway calls the charge. false if the payment is not processing any more: nothing is stored then. */
  saveGatewayReference(paymentId: string, reference: string): Promise<boolean>;
  insertRefunds(refunds: readonly Refund[]): Promise<void>;
  saveRefund(refund: Refund): Promise<void>;
}
