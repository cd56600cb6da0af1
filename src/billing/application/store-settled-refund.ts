import { notFound } from '../../kernel/errors.js';
import type { Refund } from '../../kernel/payments.js';
import { lockOrigin } from './lock-origin.js';
import type { BillingPorts } from './ports.js';

/** Settles a refund under the lock of its origin, tells the origin and posts the money to the ledger. not_found */
export async function storeSettledRefund(
  { payments, paymentOrigins, paymentBookkeeper }: BillingPorts,
  refundId: string,
  settle: (refund: Refund) => Refund,
): Promise<Refund> {
  const known = await payments.findRefund(refundId);
  if (known === undefined) throw notFound('refund');
  const { receivable, onRefundSettled } = await lockOrigin(paymentOrigins, known.origin);
  // Read again: it may have been settled before the lock was acquired.
  const refund = (await payments.findRefund(refundId)) ?? known;
  const settled = settle(refund);
  if (settled === refund) return refund;
  await payments.saveRefund(settled);
  await onRefundSettled(settled);
  if (settled.status === 'succeeded') await paymentBookkeeper.recordRefund(settled, receivable);
  return settled;
}
