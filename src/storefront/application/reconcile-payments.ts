import { type Clock, MINUTE, plus, SECOND } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { CardCharges, OpenPayment, OrderQueries, StorefrontPorts } from './ports.js';
import { settlePayment } from './settle-payment.js';
import type { SettleRefund } from './settle-refund.js';
import { actionContext } from './action-context.js';

/** Younger payments are most likely being settled by their own request. */
const LEFT_ALONE_MS = 5 * SECOND;
/** For so long a charge may still be on its way to the gateway although the gateway does not know it yet. */
export const UNKNOWN_GRACE_MS = 2 * MINUTE;
/** For so long after giving a payment up the gateway is asked again: a charge that was late after all goes back. */
const ASKED_AGAIN_MS = 15 * MINUTE;
const REFUND_LEFT_ALONE_MS = MINUTE;
const BATCH = 50;

/**
 * Asks the gateway, by key, what became of every payment that was left in doubt, and settles it; the key of the
 * request that began it is let go. A refund whose job was lost is taken up again. One that cannot be settled does not
 * hold up the others.
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
      { begunBefore: plus(now, -LEFT_ALONE_MS), failedSince: plus(now, -ASKED_AGAIN_MS) },
      BATCH,
    );
    await forEachCollectingErrors(payments, reconcile);
    await forEachCollectingErrors(
      await orderQueries.openRefunds(plus(now, -REFUND_LEFT_ALONE_MS), BATCH),
      settleRefund,
    );
  };
};
