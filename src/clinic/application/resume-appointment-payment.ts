import type { AssertNotRefused } from '../../kernel/billing.js';
import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { APPOINTMENT_ORIGIN } from '../domain/receivable.js';
import { viewWithAudit } from './appointment-support.js';
import { ACTION, type PaidAppointment } from './pay-appointment.js';
import type { Caller, ClinicPorts } from './ports.js';

/**
 * Answers the retry of a request whose payment was settled by the reconciliation job; not_found; payment_refused `card-declined`,
 * `payment-failed`.
 */
export type ResumeAppointmentPayment = (
  query: Readonly<{ caller: Caller; appointmentId: string; paymentId: string }>,
) => Promise<PaidAppointment>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  assertNotRefused: AssertNotRefused;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeResumeAppointmentPayment =
  ({ clinicUnitOfWork, assertNotRefused, clock, ids }: Dependencies): ResumeAppointmentPayment =>
  ({ caller, appointmentId, paymentId }) =>
    clinicUnitOfWork.run(async (ports) => {
      const appointment = await viewWithAudit(
        ports,
        { caller, action: ACTION, appointmentId },
        { clock, ids },
      );
      const { payments } = await ports.billing.historyOf({ type: APPOINTMENT_ORIGIN, id: appointmentId });
      const payment = payments.find(({ id }) => id === paymentId);
      if (payment === undefined) throw new Error(`appointment ${appointmentId} has no payment ${paymentId}`);
      assertNotRefused(payment);
      return { appointment, settled: payment.status === 'captured' };
    });
