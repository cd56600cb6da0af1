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
import { findVisible, lockVisible, recordChange, viewWithAudit } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { enqueueAppointmentMails } from './mails.js';
import type { AppointmentView, Caller, ClinicPorts, DiaryRequest } from './ports.js';
import { assertTakesAppointments, parseStart, type RequestedStart } from './requested-start.js';
import { assertSlotAvailable, rangeAround } from './timetable.js';

/**
 * Moves an appointment, which keeps its id and its payments, to another time and, with `doctorId`, to another doctor. When it
 * fails nothing changes. Members are bound to the type's deadline and its number of moves. Staff may override hours, time off
 * and notice, and may move a patient who has arrived.
 * not_found, stale `version-mismatch`; conflict `invalid-transition`, `change-window-closed`, `reschedule-limit`,
 * `slot-taken`, `patient-busy`; invalid `validation`, `nonexistent-local-time`, `outside-availability`, `notice-too-short`.
 */
export type RescheduleAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    startsAt: RequestedStart;
    doctorId?: string | undefined;
    /** For staff. */
    overrideHours?: boolean | undefined;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  timeZones: TimeZones;
  clock: Clock;
  ids: IdGenerator;
}>;

const toDiaryRequest = (seen: AppointmentView, doctorId: string, startsAt: Date): DiaryRequest => ({
  doctorId,
  otherDoctorIds: [seen.doctor.id],
  appointmentTypeId: seen.appointmentType.id,
  patient: { id: seen.patient.id },
  range: rangeAround(startsAt),
  exceptId: seen.id,
});

export const makeRescheduleAppointment =
  ({ clinicUnitOfWork, timeZones, clock, ids }: Dependencies): RescheduleAppointment =>
  async ({
    caller,
    appointmentId,
    startsAt: requestedStart,
    doctorId,
    overrideHours = false,
    expectedVersion,
  }) => {
    if (overrideHours && !caller.isStaff) throw invalidField('/overrideHours', 'is for staff');
    return clinicUnitOfWork.run(async (ports) => {
      const { appointments, clinicQueries, diary, outbox } = ports;
      const seen = await findVisible(clinicQueries, caller, appointmentId);
      assertVersion(seen, expectedVersion);
      const targetId = doctorId ?? seen.doctor.id;
      const startsAt = await parseStart(requestedStart, targetId, { clinicQueries, timeZones });

      const request = toDiaryRequest(seen, targetId, startsAt);
      const { doctors, schedule } = await diary.lockAndRead(request);
      const appointment = await lockVisible(ports, caller, appointmentId);
      assertVersion(appointment, expectedVersion);
      // Another request moved it to another doctor before this one held the lock.
      if (appointment.doctorId !== seen.doctor.id) throw versionMismatch();
      const doctor = doctors.get(targetId);
      assertTakesAppointments(doctor);
      if (schedule === undefined) throw new Error(`no schedule of ${doctor.id} for ${appointmentId}`);

      assertMovable(appointment, caller);
      const dayOf = (instant: Date): string => timeZones.dayOf(instant, appointment.timeZone);
      if (appointment.status === 'arrived' && dayOf(startsAt) !== dayOf(appointment.startsAt))
        throw invalidField('/startsAt', 'has to be on the same day, because the patient has arrived');
      if (!caller.isStaff) {
        assertWindowOpen(appointment, schedule.type, clock.now());
        assertMayMoveAgain(appointment, schedule.type);
      }
      const slot = { ...request, startsAt, extent: extentOf(appointment), overrideHours };
      await assertSlotAvailable(schedule, slot, { clinicQueries, timeZones, clock });

      const now = clock.now();
      const saved = await appointments.save(reschedule(appointment, { startsAt, doctor }, now));
      const change = { from: appointment.status, by: caller.userId };
      await recordChange(appointments, saved, change, { clock });
      // A patient who is in the practice learns it there.
      if (saved.status !== 'arrived') await enqueueAppointmentMails(outbox, saved, 'moved', now);
      return viewWithAudit(
        ports,
        { caller, action: 'reschedule-appointment', appointmentId },
        { clock, ids },
      );
    });
  };
