import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { cardDeclined, nothingCharged } from '../domain/errors.js';
import { viewWithAudit } from './appointment-support.js';
import { ACTION, type PaidAppointment } from './pay-appointment.js';
import type { Caller, CardTerminal, ClinicPorts, ClinicQueries } from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clinicQueries: ClinicQueries;
  cardTerminal: CardTerminal;
  clock: Clock;
  ids: IdGenerator;
}>;

/**
 * Answers a retry of a card payment whose request was settled by the reconciler: what became of it.
 * payment_refused `card-declined`; busy `gateway-unavailable` when nothing was charged.
 */
export type ResumePayment = (
  command: Readonly<{ caller: Caller; appointmentId: string; paymentId: string }>,
) => Promise<PaidAppointment>;

export const makeResumePayment =
  ({ clinicUnitOfWork, clock, ids }: Omit<Dependencies, 'cardTerminal' | 'clinicQueries'>): ResumePayment =>
  ({ caller, appointmentId, paymentId }) =>
    clinicUnitOfWork.run(async (ports) => {
      const payment = await ports.appointmentPayments.find(paymentId);
      if (payment?.status === 'declined') throw cardDeclined(appointmentId);
      if (payment?.status !== 'captured') throw nothingCharged();
      const looked = { caller, action: ACTION, appointmentId };
      return { appointment: await viewWithAudit(ports, looked, { clock, ids }), settled: true };
    });
