import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { rewrite } from '../domain/appointment.js';
import { lockVisible, recordChange, viewWithAudit } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { AppointmentView, Caller, ClinicPorts } from './ports.js';

/** Changes the texts of an appointment; `staffNote` is for staff. not_found, stale `version-mismatch`, invalid `validation` */
export type AnnotateAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    reason?: string | null | undefined;
    staffNote?: string | null | undefined;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAnnotateAppointment =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): AnnotateAppointment =>
  ({ caller, appointmentId, reason, staffNote, expectedVersion }) =>
    clinicUnitOfWork.run(async (ports) => {
      const appointment = await lockVisible(ports, caller, appointmentId);
      if (!caller.isStaff && staffNote !== undefined) throw invalidField('/staffNote', 'is for staff');
      assertVersion(appointment, expectedVersion);
      const saved = await ports.appointments.save(rewrite(appointment, { reason, staffNote }, clock.now()));
      const line = { from: appointment.status, by: caller.userId };
      await recordChange(ports.appointments, saved, line, { clock });
      return viewWithAudit(ports, { caller, action: 'annotate-appointment', appointmentId }, { clock, ids });
    });
