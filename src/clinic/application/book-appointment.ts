import { plus, type Clock } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newAppointment } from '../domain/appointment.js';
import {
  areLimited,
  assertMayBookMore,
  BOOKING_WINDOW_MS,
  type BookingLimits,
} from '../domain/booking-limits.js';
import { newPatient } from '../domain/patient.js';
import { historyLine, logAppointmentAccess, viewOfNew } from './appointment-support.js';
import { enqueueAppointmentMails } from './mails.js';
import type {
  AppointmentType,
  AppointmentView,
  Caller,
  ClinicPorts,
  DiaryRequest,
  Doctor,
  LockedDiary,
  Patient,
  Schedule,
} from './ports.js';
import { assertTakesAppointments, parseStart, type RequestedStart } from './requested-start.js';
import { assertSlotAvailable, rangeAround } from './timetable.js';

/**
 * Books an appointment, or requests it where the type needs approval. Without `patientId` it is for the caller; a member
 * without a patient file gets one with the name and e-mail address of the account. `patientId` and `overrideHours` are for
 * staff. The limits of open appointments and of bookings an hour apply to members.
 * 422 `validation`, `nonexistent-local-time`, `outside-availability`, `notice-too-short`; conflict `slot-taken` with
 * alternatives, `patient-busy`, `too-many-open-appointments`; rate_limited `rate-limited`.
 */
export type BookAppointment = (command: BookingCommand) => Promise<AppointmentView>;

type BookingCommand = Readonly<{
  caller: Caller;
  doctorId: string;
  appointmentTypeId: string;
  startsAt: RequestedStart;
  patientId?: string | undefined;
  reason: string | null;
  overrideHours: boolean;
}>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  bookingLimits: BookingLimits;
  timeZones: TimeZones;
  clock: Clock;
  ids: IdGenerator;
}>;

function assertMemberMayAsk({ caller, patientId, overrideHours }: BookingCommand): void {
  if (caller.isStaff) return;
  if (patientId !== undefined) throw invalidField('/patientId', 'is for staff');
  if (overrideHours) throw invalidField('/overrideHours', 'is for staff');
}

function toDiaryRequest(
  { caller, doctorId, appointmentTypeId, patientId }: BookingCommand,
  startsAt: Date,
  { limits, now }: Readonly<{ limits: BookingLimits; now: Date }>,
): DiaryRequest {
  return {
    doctorId,
    appointmentTypeId,
    patient: patientId === undefined ? { userId: caller.userId } : { id: patientId },
    range: rangeAround(startsAt),
    ...(!caller.isStaff && areLimited(limits) && { bookings: { now, since: plus(now, -BOOKING_WINDOW_MS) } }),
  };
}

export const makeBookAppointment = ({
  clinicUnitOfWork,
  bookingLimits,
  timeZones,
  clock,
  ids,
}: Dependencies): BookAppointment => {
  /** Creates the patient file of a member who books for the first time. not_found if the member is erased meanwhile */
  async function createFileAndRead(
    { clinicMembers, patients, diary }: ClinicPorts,
    request: DiaryRequest,
    userId: string,
  ): Promise<LockedDiary> {
    const member = await clinicMembers.find(userId);
    if (member === undefined) throw notFound('member');
    const { name, email } = member;
    const details = { id: ids.next(), userId, name, email, phone: null, birthDate: null };
    await patients.insertUnlessThere({ ...newPatient(details, clock.now()), userId });
    // Another request may have created the file first, and booked in it: the schedule is read again.
    const found = await diary.lockAndRead(request);
    if (found.patient === undefined) throw notFound('member');
    return found;
  }

  /** Locks and reads the diary of an active doctor, a patient and a bookable type. Creates a missing file of a member. */
  async function openDiary(
    ports: ClinicPorts,
    request: DiaryRequest,
  ): Promise<Readonly<{ doctor: Doctor; patient: Patient; type: AppointmentType; schedule: Schedule }>> {
    const found = await ports.diary.lockAndRead(request);
    const doctor = found.doctors.get(request.doctorId);
    assertTakesAppointments(doctor);
    const { patient, schedule } =
      found.patient === undefined && 'userId' in request.patient
        ? await createFileAndRead(ports, request, request.patient.userId)
        : found;
    if (patient?.anonymisedAt !== null) throw invalidField('/patientId', 'names no patient');
    if (schedule?.type.retiredAt !== null)
      throw invalidField('/appointmentTypeId', 'names no type that can be booked');
    return { doctor, patient, type: schedule.type, schedule };
  }

  return async (command) => {
    assertMemberMayAsk(command);
    const { caller, overrideHours, reason } = command;
    return clinicUnitOfWork.run(async (ports) => {
      const { appointments, clinicQueries, outbox, accessLog } = ports;
      const startsAt = await parseStart(command.startsAt, command.doctorId, { clinicQueries, timeZones });
      const requestedAt = clock.now();
      const request = toDiaryRequest(command, startsAt, { limits: bookingLimits, now: requestedAt });
      const { doctor, patient, type, schedule } = await openDiary(ports, request);
      if (schedule.bookings !== undefined) assertMayBookMore(schedule.bookings, bookingLimits, requestedAt);
      const slot = { ...request, startsAt, extent: type, overrideHours };
      await assertSlotAvailable(schedule, slot, { clinicQueries, timeZones, clock });

      const now = clock.now();
      const details = { id: ids.next(), doctor, patientId: patient.id, type, startsAt, reason };
      const appointment = newAppointment(details, now);
      await appointments.insert(
        appointment,
        historyLine(appointment, { from: null, by: caller.userId }, { clock }),
      );
      await enqueueAppointmentMails(
        outbox,
        appointment,
        appointment.status === 'booked' ? 'booked' : 'requested',
        now,
      );
      const access = { caller, action: 'book-appointment', appointmentId: appointment.id };
      await logAppointmentAccess(accessLog, access, patient.id, { clock, ids });
      return viewOfNew(appointment, { doctor, patient, type });
    });
  };
};
