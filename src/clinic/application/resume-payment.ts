import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { cardDeclined, nothingCharged } from '../domain/errors.js';
import { viewWithAudit } from './appointment-support.js';
import { ACTION, type PaidAppointment } from './pay-appointment.js';
import type { Caller, ClinicPorts } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock; ids: IdGenerator }>;

/**
 * Answers a retry of a card payment that the reconciliation job has settled.
 * payment_refused `card-declined`; busy `gateway-unavailable` if nothing was charged.
 */
export type ResumePayment = (
  command: Readonly<{ caller: Caller; appointmentId: string; paymentId: string }>,
) => Promise<PaidAppointment>;

export const makeResumePayment =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): ResumePayment =>
  ({ caller, appointmentId, paymentId }) =>
    clinicUnitOfWork.run(async (ports) => {
      const payment = await ports.appointmentPayments.find(paymentId);
      if (payment?.status === 'declined') throw cardDeclined(appointmentId);
      if (payment?.status !== 'captured') throw nothingCharged();
      const access = { caller, action: ACTION, appointmentId };
      return { appointment: await viewWithAudit(ports, access, { clock, ids }), settled: true };
    });
