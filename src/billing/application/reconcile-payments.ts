import { type Clock, MINUTE, plus, SECOND } from '../../kernel/clock.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { ChargeState, PaymentGateway } from '../../kernel/payment-gateway.js';
import type { Payment } from '../../kernel/payments.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { SettledState } from '../domain/payment.js';
import { actionContext } from './action-context.js';
import { gaveNoAnswer } from './gateway-failures.js';
import type { BillingPorts, PaymentQueries } from './ports.js';
import { settleChargedPayment } from './settle-payment.js';
import type { SettleRefund } from './settle-refund.js';

/** A younger payment is still settled by its own request, and a younger refund by its own job. */
const MIN_AGE_MS = 30 * SECOND;
/** A charge that the gateway does not know after this time never reached it. */
const UNKNOWN_GRACE_MS = 5 * MINUTE;
/** How long a failed payment is checked again, in case its charge reached the gateway late. */
const FAILED_RECHECK_MS = 15 * MINUTE;
const BATCH = 50;

/**
 * Settles payments and refunds that a crash or an unanswered gateway call left open. An error of one does not stop the
 * others. Idempotent, and safe to run in several processes at once.
 */
export type ReconcilePayments = () => Promise<void>;

type Dependencies = Readonly<{
  billingUnitOfWork: UnitOfWork<BillingPorts>;
  paymentQueries: PaymentQueries;
  paymentGateway: PaymentGateway;
  settleRefundAtGateway: SettleRefund;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeReconcilePayments = ({
  billingUnitOfWork,
  paymentQueries,
  paymentGateway,
  settleRefundAtGateway,
  clock,
  ids,
}: Dependencies): ReconcilePayments => {
  /** Asks the gateway; null when it gives no answer. */
  async function ask(request: () => Promise<ChargeState>): Promise<ChargeState['status'] | null> {
    try {
      return (await request()).status;
    } catch (error) {
      if (gaveNoAnswer(error)) return null;
      throw error;
    }
  }

  /** The outcome, or null while it is not known. A charge that never arrived is cancelled, so that it cannot arrive later. */
  async function outcomeOf({
    id,
    gatewayReference,
    status,
    createdAt,
  }: Payment): Promise<SettledState | null> {
    const charge = { key: id, reference: gatewayReference };
    let state = await ask(() => paymentGateway.find(charge));
    const isLost =
      state === 'unknown' && status === 'processing' && plus(createdAt, UNKNOWN_GRACE_MS) <= clock.now();
    if (isLost) state = await ask(() => paymentGateway.cancel(charge));
    if (state === 'captured' || state === 'declined') return state;
    return isLost && state === 'unknown' ? 'failed' : null;
  }

  async function reconcile(payment: Payment): Promise<void> {
    const outcome = await outcomeOf(payment);
    if (outcome === null) return;
    await billingUnitOfWork.run((ports) =>
      settleChargedPayment(
        ports,
        { paymentId: payment.id, status: outcome },
        actionContext(null, { clock, ids }),
      ),
    );
  }

  return async () => {
    const now = clock.now();
    const range = { begunBefore: plus(now, -MIN_AGE_MS), failedSince: plus(now, -FAILED_RECHECK_MS) };
    await forEachCollectingErrors(await paymentQueries.open(range, BATCH), reconcile);
    await forEachCollectingErrors(
      await paymentQueries.openRefunds(plus(now, -MIN_AGE_MS), BATCH),
      ({ id: refundId }) => settleRefundAtGateway({ refundId }),
    );
  };
};
