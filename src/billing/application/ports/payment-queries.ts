import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Payment, PaymentState, Refund, RefundState } from '../../../kernel/payments.js';
import type { Origin } from '../../../kernel/receivable.js';

/** `from` inclusive, `to` exclusive: when the payment or refund was created. */
export type PaymentFilter<State> = Readonly<{
  payerId?: string | undefined;
  origin?: Origin | undefined;
  statuses?: readonly State[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}>;

/** Each method is one statement. The page key of a list is [createdAt in ms since 1970, id], newest first. */
export interface PaymentQueries {
  find(paymentId: string): Promise<Payment | undefined>;
  list(filter: PaymentFilter<PaymentState>, page: PageRequest): Promise<Page<Payment>>;
  findRefund(refundId: string): Promise<Refund | undefined>;
  listRefunds(filter: PaymentFilter<RefundState>, page: PageRequest): Promise<Page<Refund>>;
  /**
   * First the card payments that are processing and were created before `begunBefore`, then those that failed since
   * `failedSince`; both oldest first.
   */
  open(range: Readonly<{ begunBefore: Date; failedSince: Date }>, limit: number): Promise<readonly Payment[]>;
  /** Pending refunds to cards that were created before `begunBefore`, oldest first. */
  openRefunds(begunBefore: Date, limit: number): Promise<readonly Refund[]>;
}
