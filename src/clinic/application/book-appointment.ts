import { plus, type Clock } from '../../kernel/clock.js';
import { type DomainError, invalidField, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { TimeZones, WallClock } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newAppointment } from '../domain/appointment.js';
import { assertMayBookMore, BOOKING_WINDOW_MS, type BookingLimits } from '../domain/booking-limits.js';
import { nonexistentLocalTime } from '../domain/errors.js';
import { newPatient } from '../domain/patient.js';
import { lineOf, logAccess, viewOfNew } from './appointment-support.js';
import { tell } from './mails.js';
import type { AppointmentView, Caller, ClinicPorts, Doctor, Patient } from './ports.js';
import { assertSlotAvailable, scheduleAround } from './timetable.js';

/** A start, or a wall clock without an offset, which is refused with the reason why. */
export type RequestedStart = Date | WallClock;

/**
 * Books an appointment, or requests it where the type needs approval. Without `patientId` for the caller, who as a
 * member without a patient file gets one from name and address. `patientId` and `overrideHours` are for staff, and the
 * limits of open appointments and bookings an hour are for members.
 * 422 `validation`, `nonexistent-local-time`, `outside-availability`, `notice-too-short`; conflict `slot-taken` with
 * alternatives, `patient-busy`, `too-many-open-appointments`; rate_limited `rate-limited`.
 */
export type BookAppointment = (
  command: Readonly<{
    caller: Caller;
    doctorId: string;
    appointmentTypeId: string;
    startsAt: RequestedStart;
    patientId?: string | undefined;
    reason: string | null;
    overrideHours: boolean;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  bookingLimits: BookingLimits;
  timeZones: TimeZones;
  clock: Clock;
  ids: IdGenerator;
}>;

/** Why a wall clock is no start: invalid `nonexistent-local-time` where the doctor's clocks skip it, else `validation`. */
const noStart = (asked: WallClock, timeZone: string, timeZones: TimeZones): DomainError =>
  timeZones.resolve(asked, timeZone).kind === 'gap'
    ? nonexistentLocalTime(timeZone)
    : invalidField('/startsAt', 'needs Z or an offset such as +02:00');

/** The start. invalid `nonexistent-local-time`, `validation`. */
export function startOf(asked: RequestedStart, timeZone: string, timeZones: TimeZones): Date {
  if (asked instanceof Date) return asked;
  throw noStart(asked, timeZone, timeZones);
}

export const makeBookAppointment = ({
  clinicUnitOfWork,
  bookingLimits,
  timeZones,
  clock,
  ids,
}: Dependencies): BookAppointment => {
  /** Locks the patient's file; creates it for a member without one. */
  async function fileOf(ports: ClinicPorts, caller: Caller, patientId: string | undefined): Promise<Patient> {
    const { patients } = ports;
    if (patientId !== undefined) {
      const patient = await patients.lock(patientId);
      if (patient?.anonymisedAt !== null) throw invalidField('/patientId', 'names no patient');
      return patient;
    }
    const { userId } = caller;
    const known = await patients.lockByUser(userId);
    if (known !== undefined) return known;
    const member = await ports.clinicMembers.find(userId);
    if (member === undefined) throw notFound('member');
    const { name, email } = member;
    const file = newPatient(
      { id: ids.next(), userId, name, email, phone: null, birthDate: null },
      clock.now(),
    );
    const { id } = await patients.insertUnlessThere({ ...file, userId });
    const made = await patients.lock(id);
    // Made by a racer, and anonymised together with its member since.
    if (made?.anonymisedAt !== null) throw notFound('member');
    return made;
  }

  async function doctorOf({ doctors }: ClinicPorts, doctorId: string): Promise<Doctor> {
    const doctor = (await doctors.lock([doctorId])).get(doctorId);
    if (doctor?.isActive !== true) throw invalidField('/doctorId', 'names no doctor who takes appointments');
    return doctor;
  }

  return async (command) => {
    const { caller, doctorId, appointmentTypeId, patientId, reason, overrideHours } = command;
    if (!caller.isStaff && patientId !== undefined) throw invalidField('/patientId', 'is for staff');
    if (!caller.isStaff && overrideHours) throw invalidField('/overrideHours', 'is for staff');
    return clinicUnitOfWork.run(async (ports) => {
      const { appointments, clinicQueries, outbox } = ports;
      const { startsAt } = command;
      if (!(startsAt instanceof Date))
        throw noStart(startsAt, (await doctorOf(ports, doctorId)).timeZone, timeZones);
      const whose = patientId === undefined ? { userId: caller.userId } : { id: patientId };
      const beganAt = clock.now();
      const wish = {
        doctorId,
        appointmentTypeId,
        patient: whose,
        startsAt,
        ...(!caller.isStaff && { bookings: { now: beganAt, since: plus(beganAt, -BOOKING_WINDOW_MS) } }),
      };
      const doctor = await doctorOf(ports, doctorId);
      const patient = await fileOf(ports, caller, patientId);
      const schedule = await scheduleAround(clinicQueries, wish);
      if (schedule?.type.retiredAt !== null)
        throw invalidField('/appointmentTypeId', 'names no type that can be booked');
      const { type } = schedule;
      if (schedule.bookings !== undefined) assertMayBookMore(schedule.bookings, bookingLimits, beganAt);
      await assertSlotAvailable(
        schedule,
        { ...wish, extent: type, overrideHours },
        { clinicQueries, timeZones, clock },
      );

      const now = clock.now();
      const details = { id: ids.next(), doctor, patientId: patient.id, type, startsAt, reason };
      const appointment = newAppointment(details, now);
      const action = { caller, action: 'book-appointment', appointmentId: appointment.id };
      await appointments.insert(
        appointment,
        lineOf(appointment, { from: null, by: caller.userId }, { clock }),
      );
      await tell(outbox, appointment, appointment.status === 'booked' ? 'booked' : 'requested', now);
      await logAccess(ports.accessLog, action, patient.id, { clock, ids });
      return viewOfNew(appointment, { doctor, patient, type });
    });
  };
};
