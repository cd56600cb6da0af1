import type { Clock } from '../../kernel/clock.js';
import { isCaptured, isProcessing } from '../../kernel/payments.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { enteredInError } from '../domain/appointment.js';
import { appointmentHasPayments } from '../domain/errors.js';
import { APPOINTMENT_ORIGIN } from '../domain/receivable.js';
import { lockVisible, recordChange } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Caller, ClinicPorts } from './ports.js';

/**
 * Deletes an appointment that was entered in error: no response contains it any more and its time is free; its history
 * stays. not_found, stale `version-mismatch`, conflict `appointment-has-payments`
 */
export type RemoveAppointment = (
  command: Readonly<{ caller: Caller; appointmentId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clock: Clock;
}>;

export const makeRemoveAppointment =
  ({ clinicUnitOfWork, clock }: Dependencies): RemoveAppointment =>
  ({ caller, appointmentId, expectedVersion }) =>
    clinicUnitOfWork.run(async (ports) => {
      const appointment = await lockVisible(ports, caller, appointmentId);
      assertVersion(appointment, expectedVersion);
      const { payments } = await ports.billing.historyOf({ type: APPOINTMENT_ORIGIN, id: appointmentId });
      if (payments.some((payment) => isCaptured(payment) || isProcessing(payment)))
        throw appointmentHasPayments();
      const saved = await ports.appointments.save(enteredInError(appointment, clock.now()));
      const line = { from: appointment.status, by: caller.userId };
      await recordChange(ports.appointments, saved, line, { clock });
    });
