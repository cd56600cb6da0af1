import type { PaymentHistory, Refund } from '../../kernel/payments.js';
import type { Receivable } from '../../kernel/receivable.js';
import type { ActionContext } from '../domain/action-context.js';
import { refundsFor, type RefundRequest } from '../domain/dues.js';
import { settleRefundJob } from './jobs.js';
import type { BillingPorts } from './ports.js';

/** Stores the refunds, and a job for each that the gateway has to send. conflict `refund-exceeds-captured` */
export async function requestRefund(
  { payments, outbox }: Pick<BillingPorts, 'payments' | 'outbox'>,
  { receivable, history }: Readonly<{ receivable: Receivable; history: PaymentHistory }>,
  request: RefundRequest,
  action: ActionContext,
): Promise<readonly Refund[]> {
  const refunds = refundsFor(receivable, history, request, action);
  if (refunds.length === 0) return refunds;
  await payments.insertRefunds(refunds);
  for (const { id, method } of refunds) if (method === 'card') await outbox.append(settleRefundJob(id));
  return refunds;
}
