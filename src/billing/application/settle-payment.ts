import { isCaptured, type Payment } from '../../kernel/payments.js';
import type { ActionContext } from '../domain/action-context.js';
import { wantsMoney } from '../domain/dues.js';
import { settlePayment, type SettledState } from '../domain/payment.js';
import { lockOrigin } from './lock-origin.js';
import type { BillingPorts } from './ports.js';
import { requestRefund } from './request-refund.js';

const NOTHING_DUE = 'paid when nothing was due';

/**
 * The second transaction of a card payment, run by the request or by `reconcilePayments`, whichever is first. Repeating
 * it changes nothing. Payment, origin, ledger posting and the release of the key commit together. A payment that is captured
 * when nothing is due any more is refunded.
 */
export async function settleChargedPayment(
  ports: BillingPorts,
  { paymentId, status }: Readonly<{ paymentId: string; status: SettledState }>,
  action: ActionContext,
): Promise<Payment> {
  const { payments, paymentOrigins, paymentBookkeeper, idempotencyKeys } = ports;
  const known = await payments.find(paymentId);
  if (known === undefined) throw new Error(`there is no payment ${paymentId}`);
  const { receivable, onPaymentSettled } = await lockOrigin(paymentOrigins, known.origin);
  const before = await payments.historyOf(known.origin);
  const payment = before.payments.find(({ id }) => id === paymentId) ?? known;
  const settled = settlePayment(payment, status, action.at);
  if (settled === payment) return payment;
  await payments.save(settled);
  if (payment.requestHandle !== null) await idempotencyKeys.release(payment.requestHandle);
  const isDue = !isCaptured(settled) || wantsMoney(receivable, before);
  await onPaymentSettled(settled, isDue);
  if (!isCaptured(settled)) return settled;
  if (!isDue) {
    const history = { payments: [settled], refunds: [] };
    const request = { amount: settled.amount, reason: NOTHING_DUE, method: null };
    await requestRefund(ports, { receivable, history }, request, { ...action, by: null });
  }
  await paymentBookkeeper.recordPayment(settled, receivable);
  return settled;
}
