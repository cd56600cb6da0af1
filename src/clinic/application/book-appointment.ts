import type { Clock } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { inOrder } from '../../kernel/in-order.js';
import type { TimeZones, WallClock } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newAppointment, realRange } from '../domain/appointment.js';
import { nonexistentLocalTime, patientBusy } from '../domain/errors.js';
import { newPatient } from '../domain/patient.js';
import { noteShown, record, viewOfNew } from './appointment-support.js';
import { tell } from './mails.js';
import type { AppointmentType, AppointmentView, Caller, ClinicPorts, Doctor, Patient } from './ports.js';
import { assertToBeHad } from './timetable.js';

/** A start, or a wall clock without an offset, which is refused with the reason why. */
export type AskedStart = Date | WallClock;

/**
 * Books an appointment, or requests it where the type needs approval. Without `patientId` for the caller, who as a
 * member without a patient file gets one from name and address. `patientId` and `overrideHours` are for staff.
 * 422 `validation`, `nonexistent-local-time`, `outside-availability`, `notice-too-short`; conflict `slot-taken` with
 * alternatives, `patient-busy`.
 */
export type BookAppointment = (
  command: Readonly<{
    caller: Caller;
    doctorId: string;
    appointmentTypeId: string;
    startsAt: AskedStart;
    patientId?: string | undefined;
    reason: string | null;
    overrideHours: boolean;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  timeZones: TimeZones;
  clock: Clock;
  ids: IdGenerator;
}>;

/** The start. invalid `nonexistent-local-time` for a wall clock that the doctor's clocks skip, else `validation`. */
export function startOf(asked: AskedStart, timeZone: string, timeZones: TimeZones): Date {
  if (asked instanceof Date) return asked;
  if (timeZones.resolve(asked, timeZone).kind === 'gap') throw nonexistentLocalTime(timeZone);
  throw invalidField('/startsAt', 'needs Z or an offset such as +02:00');
}

export const makeBookAppointment = ({
  clinicUnitOfWork,
  timeZones,
  clock,
  ids,
}: Dependencies): BookAppointment => {
  async function fileOf(ports: ClinicPorts, caller: Caller, patientId: string | undefined): Promise<Patient> {
    if (patientId !== undefined) {
      const patient = await ports.patients.find(patientId);
      if (patient?.anonymisedAt !== null) throw invalidField('/patientId', 'names no patient');
      return patient;
    }
    const { userId } = caller;
    const known = await ports.patients.findByUser(userId);
    if (known !== undefined) return known;
    const member = await ports.clinicMembers.find(userId);
    if (member === undefined) throw notFound('member');
    const { name, email } = member;
    const file = newPatient(
      { id: ids.next(), userId, name, email, phone: null, birthDate: null },
      clock.now(),
    );
    return ports.patients.insertUnlessThere({ ...file, userId });
  }

  async function bookable(
    ports: ClinicPorts,
    doctorId: string,
    typeId: string,
  ): Promise<Readonly<{ doctor: Doctor; type: AppointmentType }>> {
    const [locked, type] = await inOrder([
      ports.doctors.lock([doctorId]),
      ports.appointmentTypes.find(typeId),
    ]);
    const doctor = locked.get(doctorId);
    if (doctor?.isActive !== true) throw invalidField('/doctorId', 'names no doctor who takes appointments');
    if (type?.retiredAt !== null)
      throw invalidField('/appointmentTypeId', 'names no type that can be booked');
    return { doctor, type };
  }

  return async (command) => {
    const { caller, doctorId, appointmentTypeId, patientId, reason, overrideHours } = command;
    if (!caller.isStaff && patientId !== undefined) throw invalidField('/patientId', 'is for staff');
    if (!caller.isStaff && overrideHours) throw invalidField('/overrideHours', 'is for staff');
    return clinicUnitOfWork.run(async (ports) => {
      const { patients, appointments, clinicQueries, outbox } = ports;
      const [{ doctor, type }, { id: fileId }] = await inOrder([
        bookable(ports, doctorId, appointmentTypeId),
        fileOf(ports, caller, patientId),
      ]);
      const startsAt = startOf(command.startsAt, doctor.timeZone, timeZones);
      const now = clock.now();
      const details = { id: ids.next(), doctor, patientId: fileId, type, startsAt, reason };
      const appointment = newAppointment(details, now);

      const wish = { doctorId, appointmentTypeId, startsAt, extent: type, overrideHours };
      const [patient, , clashes] = await inOrder([
        // As it is now: whoever anonymised the patient meanwhile held the file too.
        patients.lock(fileId),
        assertToBeHad(clinicQueries, wish, { timeZones, clock }),
        appointments.liveOfPatient(fileId, realRange(appointment), null),
      ]);
      if (patient?.anonymisedAt !== null) throw invalidField('/patientId', 'names no patient');
      if (clashes.length > 0) throw patientBusy();

      const action = { caller, action: 'book-appointment', appointmentId: appointment.id };
      await inOrder([
        appointments.insert(appointment),
        record(appointments, appointment, { from: null, by: caller.userId }, { clock }),
        tell(outbox, appointment, appointment.status === 'booked' ? 'booked' : 'requested', now),
        noteShown(ports.accessLog, action, patient.id, { clock, ids }),
      ]);
      return viewOfNew(appointment, { doctor, patient, type });
    });
  };
};
