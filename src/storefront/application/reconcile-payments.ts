import { type Clock, MINUTE, plus, SECOND } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { CardCharges, OpenPayment, OrderQueries, StorefrontPorts } from './ports.js';
import { settlePayment } from './settle-payment.js';
import type { SettleRefund } from './settle-refund.js';
import { actionContext } from './action-context.js';

/** Payments younger than this are left to their own request. */
const MIN_PAYMENT_AGE_MS = 5 * SECOND;
/** For this long a charge that the gateway does not know may still reach it. */
export const UNKNOWN_GRACE_MS = 2 * MINUTE;
/** For this long after a payment failed the gateway is asked again: a charge that arrived late is refunded. */
const FAILED_RECHECK_MS = 15 * MINUTE;
const MIN_REFUND_AGE_MS = MINUTE;
const BATCH = 50;

/**
 * Asks the gateway for the outcome of every payment in doubt and settles it, which releases the Idempotency-Key of its
 * request. Settles pending refunds whose job was lost. One that fails does not stop the others.
 */
export type ReconcilePayments = () => Promise<void>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  cardCharges: CardCharges;
  settleRefund: SettleRefund;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeReconcilePayments = ({
  storefrontUnitOfWork,
  orderQueries,
  cardCharges,
  settleRefund,
  clock,
  ids,
}: Dependencies): ReconcilePayments => {
  async function reconcile({ orderId, paymentId, createdAt, status }: OpenPayment): Promise<void> {
    const outcome = await cardCharges.outcomeOf(paymentId);
    if (outcome === 'unreachable') return;
    if (outcome === 'unknown' && (status === 'failed' || plus(createdAt, UNKNOWN_GRACE_MS) > clock.now()))
      return;
    await storefrontUnitOfWork.run((ports) =>
      settlePayment(
        ports,
        { orderId, paymentId, outcome: outcome === 'unknown' ? 'failed' : outcome },
        actionContext(null, { clock, ids }),
      ),
    );
  }

  return async () => {
    const now = clock.now();
    const payments = await orderQueries.openPayments(
      { begunBefore: plus(now, -MIN_PAYMENT_AGE_MS), failedSince: plus(now, -FAILED_RECHECK_MS) },
      BATCH,
    );
    await forEachCollectingErrors(payments, reconcile);
    await forEachCollectingErrors(
      await orderQueries.openRefunds(plus(now, -MIN_REFUND_AGE_MS), BATCH),
      settleRefund,
    );
  };
};
