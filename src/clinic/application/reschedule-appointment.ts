import type { Clock } from '../../kernel/clock.js';
import { invalidField, versionMismatch } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import {
  assertMayMoveAgain,
  assertMovable,
  assertWindowOpen,
  extentOf,
  reschedule,
} from '../domain/appointment.js';
import { lockVisible, record, shown, visible } from './appointment-support.js';
import { type RequestedStart, startOf } from './book-appointment.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import { tell } from './mails.js';
import type { Appointment, AppointmentView, Caller, ClinicPorts, Doctor } from './ports.js';
import { assertSlotAvailable, scheduleAround } from './timetable.js';

/**
 * Moves an appointment, with the same id, to another time and maybe another doctor; when that fails nothing of it
 * changes. Members may do it as often and as late as the type says.
 * not_found, stale `version-mismatch`; conflict `invalid-transition`, `change-window-closed`, `reschedule-limit`,
 * `slot-taken`, `patient-busy`; invalid `validation`, `nonexistent-local-time`, `outside-availability`, `notice-too-short`.
 */
export type RescheduleAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    startsAt: RequestedStart;
    doctorId?: string | undefined;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  timeZones: TimeZones;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRescheduleAppointment = ({
  clinicUnitOfWork,
  timeZones,
  clock,
  ids,
}: Dependencies): RescheduleAppointment => {
  async function assertMayMove(
    { appointmentTypes }: ClinicPorts,
    caller: Caller,
    appointment: Appointment,
  ): Promise<void> {
    assertMovable(appointment);
    if (caller.isStaff) return;
    const type = await appointmentTypes.find(appointment.appointmentTypeId);
    if (type === undefined) throw new Error(`no type ${appointment.appointmentTypeId}`);
    assertWindowOpen(appointment, type, clock.now());
    assertMayMoveAgain(appointment, type);
  }

  /** Both doctors and the patient's diary are held before the appointment, in the house's order of locks. */
  async function lockAll(
    ports: ClinicPorts,
    { caller, appointmentId, doctorId, expectedVersion }: Parameters<RescheduleAppointment>[0],
  ): Promise<Readonly<{ appointment: Appointment; doctor: Doctor }>> {
    const seen = await visible(ports.clinicQueries, caller, appointmentId);
    const targetId = doctorId ?? seen.doctor.id;
    const doctors = await ports.doctors.lock([seen.doctor.id, targetId]);
    await ports.patients.lock(seen.patient.id);
    const appointment = await lockVisible(ports, caller, appointmentId);
    assertVersion(appointment, expectedVersion);
    // Moved to another doctor between the look and the lock: what the caller wants was said about something else.
    if (appointment.doctorId !== seen.doctor.id) throw versionMismatch();
    const doctor = doctors.get(targetId);
    if (doctor?.isActive !== true) throw invalidField('/doctorId', 'names no doctor who takes appointments');
    return { appointment, doctor };
  }

  return (command) =>
    clinicUnitOfWork.run(async (ports) => {
      const { caller, appointmentId } = command;
      const { appointment, doctor } = await lockAll(ports, command);
      const startsAt = startOf(command.startsAt, doctor.timeZone, timeZones);
      await assertMayMove(ports, caller, appointment);
      const wish = {
        doctorId: doctor.id,
        appointmentTypeId: appointment.appointmentTypeId,
        patient: { id: appointment.patientId },
        startsAt,
        exceptId: appointmentId,
      };
      const { clinicQueries } = ports;
      const schedule = await scheduleAround(clinicQueries, wish);
      if (schedule === undefined) throw new Error(`no schedule of ${doctor.id} for ${appointmentId}`);
      const asked = { ...wish, extent: extentOf(appointment), overrideHours: false };
      await assertSlotAvailable(schedule, asked, { clinicQueries, timeZones, clock });

      const now = clock.now();
      const saved = await ports.appointments.save(reschedule(appointment, { startsAt, doctor }, now));
      const line = { from: appointment.status, by: caller.userId };
      await record(ports.appointments, saved, line, { clock });
      await tell(ports.outbox, saved, 'moved', now);
      return shown(ports, { caller, action: 'reschedule-appointment', appointmentId }, { clock, ids });
    });
};
