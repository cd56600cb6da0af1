import { type Clock, MINUTE, plus, SECOND } from '../../kernel/clock.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { settle } from './settle-payment.js';
import type { CardTerminal, ClinicPorts, ClinicQueries } from './ports.js';

/** A request that is still at work settles its payment itself. */
const AT_WORK_MS = 30 * SECOND;
/** A charge that the gateway does not know by then never reached it. */
const GRACE_MS = 5 * MINUTE;
/** For so long after giving a charge up the gateway is asked again: one that was late after all counts. */
const ASKED_AGAIN_MS = 15 * MINUTE;
const BATCH = 50;

/**
 * Finds out what became of card payments that were left in doubt, by a crash or by a gateway that did not answer, and
 * lets their requests be answered. One that cannot be settled does not hold up the others. Safe to run anywhere and at any
 * time: whoever comes second finds it settled.
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
      { begunBefore: plus(now, -AT_WORK_MS), failedSince: plus(now, -ASKED_AGAIN_MS) },
      BATCH,
    );
    await forEachCollectingErrors(payments, async ({ id, createdAt, requestHandle, status }) => {
      const outcome = await cardTerminal.outcomeOf(id);
      if (status === 'failed' && outcome !== 'captured') return;
      if (outcome === 'unknown' && createdAt > plus(clock.now(), -GRACE_MS)) return;
      await clinicUnitOfWork.run(async (ports) => {
        await settle(ports, id, outcome === 'unknown' ? 'failed' : outcome, clock);
        if (requestHandle !== null) await ports.idempotencyKeys.release(requestHandle);
      });
    });
  };
