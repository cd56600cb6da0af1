import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Practice } from '../../kernel/practice.js';
import { assertWindowOpen, cancel } from '../domain/appointment.js';
import { assertNoPaymentInDoubt, refundInFull } from './refund-in-full.js';
import { lockVisible, recordChange, viewWithAudit } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { enqueueAppointmentMails } from './mails.js';
import type { AppointmentView, Caller, ClinicPorts } from './ports.js';

/**
 * Cancels an appointment, which frees its time, and refunds what was paid for it. Members may do so until the type's
 * deadline. not_found, stale `version-mismatch`; conflict `invalid-transition`, `change-window-closed`, `payment-in-doubt`;
 * invalid `validation`.
 */
export type CancelAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    reason: string | null;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeCancelAppointment =
  ({ clinicUnitOfWork, practice, clock, ids }: Dependencies): CancelAppointment =>
  ({ caller, appointmentId, reason, expectedVersion }) =>
    clinicUnitOfWork.run(async (ports) => {
      const { appointments, appointmentTypes, outbox } = ports;
      const appointment = await lockVisible(ports, caller, appointmentId);
      assertVersion(appointment, expectedVersion);
      const now = clock.now();
      const cancelled = cancel(appointment, { by: caller.isStaff ? 'practice' : 'patient', reason }, now);
      if (!caller.isStaff) {
        const type = await appointmentTypes.find(appointment.appointmentTypeId);
        if (type === undefined) throw new Error(`no type ${appointment.appointmentTypeId}`);
        assertWindowOpen(appointment, type, now);
      }
      await assertNoPaymentInDoubt(ports, appointment);
      const saved = await appointments.save(cancelled);
      await recordChange(appointments, saved, { from: appointment.status, by: caller.userId }, { clock });
      await enqueueAppointmentMails(outbox, saved, 'cancelled', now);
      await refundInFull(ports, saved, { reason: 'appointment cancelled', by: caller.userId }, practice);
      return viewWithAudit(ports, { caller, action: 'cancel-appointment', appointmentId }, { clock, ids });
    });
