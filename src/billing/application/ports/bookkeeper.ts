import type { Payment, Refund } from '../../../kernel/payments.js';
import type { Receivable } from '../../../kernel/receivable.js';

/**
 * Posts to the ledger in the caller's transaction. Call it last, because its locks come last. Repeating a record changes
 * nothing.
 */
export interface PaymentBookkeeper {
  recordPayment(payment: Payment, receivable: Receivable): Promise<void>;
  recordRefund(refund: Refund, receivable: Receivable): Promise<void>;
}
