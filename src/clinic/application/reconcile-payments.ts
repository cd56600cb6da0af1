import { type Clock, MINUTE, plus, SECOND } from '../../kernel/clock.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { settlePaymentWithin } from './settle-payment.js';
import type { CardTerminal, ClinicPorts, ClinicQueries } from './ports.js';

/** A younger payment is still settled by its own request. */
const REQUEST_MS = 30 * SECOND;
/** A charge that the gateway does not know after this time never reached it. */
const GRACE_MS = 5 * MINUTE;
/** How long a failed charge is checked again, in case it reached the gateway late. */
const RECHECK_MS = 15 * MINUTE;
const BATCH = 50;

/**
 * Settles card payments that a crash or an unanswered gateway call left in doubt, and releases their idempotency keys. An
 * error of one payment does not stop the others. Idempotent, and safe to run in several processes at once.
 */
export type ReconcileAppointmentPayments = () => Promise<void>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clinicQueries: ClinicQueries;
  cardTerminal: CardTerminal;
  clock: Clock;
}>;

export const makeReconcileAppointmentPayments =
  ({ clinicUnitOfWork, clinicQueries, cardTerminal, clock }: Dependencies): ReconcileAppointmentPayments =>
  async () => {
    const now = clock.now();
    const payments = await clinicQueries.paymentsInDoubt(
      { begunBefore: plus(now, -REQUEST_MS), failedSince: plus(now, -RECHECK_MS) },
      BATCH,
    );
    await forEachCollectingErrors(payments, async ({ id, createdAt, requestHandle, status }) => {
      const outcome = await cardTerminal.outcomeOf(id);
      if (status === 'failed' && outcome !== 'captured') return;
      if (outcome === 'unknown' && createdAt > plus(clock.now(), -GRACE_MS)) return;
      await clinicUnitOfWork.run(async (ports) => {
        await settlePaymentWithin(ports, id, outcome === 'unknown' ? 'failed' : outcome, clock);
        if (requestHandle !== null) await ports.idempotencyKeys.release(requestHandle);
      });
    });
  };
