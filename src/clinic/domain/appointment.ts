import { later } from '../../kernel/clock.js';
import { isVersion } from '../../kernel/expected-version.js';
import type { Money } from '../../kernel/money.js';
import { changeWindowClosed, invalidTransition, rescheduleLimit } from './errors.js';
import type { Interval } from './interval.js';
import { type Extent, occupy } from './slots.js';
import { isNote, parseNote } from './note.js';

export const APPOINTMENT_STATUSES = [
  'requested',
  'booked',
  'declined',
  'arrived',
  'fulfilled',
  'noShow',
  'cancelled',
] as const;
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** The allowed status transitions; a status with none is final. */
const NEXT: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  requested: ['booked', 'declined', 'cancelled'],
  booked: ['arrived', 'noShow', 'cancelled'],
  declined: [],
  arrived: ['fulfilled', 'cancelled'],
  fulfilled: [],
  noShow: ['arrived'],
  cancelled: [],
};

/** The statuses in which an appointment occupies doctor and patient. */
export const LIVE_STATUSES: readonly AppointmentStatus[] = ['requested', 'booked', 'arrived', 'fulfilled'];

/** The side that cancelled. */
export type Party = 'patient' | 'practice';

declare const brand: unique symbol;
type State = {
  id: string;
  doctorId: string;
  patientId: string;
  appointmentTypeId: string;
  startsAt: Date;
  endsAt: Date;
  /** Start of the doctor's busy time … */
  busyFrom: Date;
  /** … and its end: the appointment with the buffers of its type at the time of booking. */
  busyUntil: Date;
  /** The doctor's IANA time zone. */
  timeZone: string;
  status: AppointmentStatus;
  /** The reason of the visit: clinical data, for the patient and staff only. */
  reason: string | null;
  /** For staff only. */
  staffNote: string | null;
  rescheduleCount: number;
  cancelledBy: Party | null;
  cancelReason: string | null;
  /** The price at the time of booking; null if the type has none. */
  price: Money | null;
  /** Rises with every change of time, doctor or status; mails and calendar feeds refer to it. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** Set for an appointment that was entered in error: only its history remains visible to audits. */
  deletedAt: Date | null;
};
export type Appointment = Readonly<State> & { readonly [brand]: 'Appointment' };

function isSound(state: State): boolean {
  const { startsAt, endsAt, busyFrom, busyUntil, status, cancelledBy, cancelReason } = state;
  return (
    busyFrom <= startsAt &&
    startsAt < endsAt &&
    endsAt <= busyUntil &&
    (status === 'cancelled') === (cancelledBy !== null) &&
    (cancelReason === null || status === 'cancelled') &&
    [state.reason, state.staffNote, cancelReason].every(isNote) &&
    Number.isSafeInteger(state.rescheduleCount) &&
    state.rescheduleCount >= 0 &&
    isVersion(state.revision) &&
    isVersion(state.version) &&
    state.updatedAt >= state.createdAt
  );
}

export function restoreAppointment(state: State): Appointment {
  if (!isSound(state)) throw new Error(`corrupt appointment ${state.id}`);
  return Object.freeze({
    id: state.id,
    doctorId: state.doctorId,
    patientId: state.patientId,
    appointmentTypeId: state.appointmentTypeId,
    startsAt: state.startsAt,
    endsAt: state.endsAt,
    busyFrom: state.busyFrom,
    busyUntil: state.busyUntil,
    timeZone: state.timeZone,
    status: state.status,
    reason: state.reason,
    staffNote: state.staffNote,
    rescheduleCount: state.rescheduleCount,
    cancelledBy: state.cancelledBy,
    cancelReason: state.cancelReason,
    price: state.price,
    revision: state.revision,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    version: state.version,
    deletedAt: state.deletedAt,
  }) as Appointment;
}

export const isLive = ({ status, deletedAt }: Appointment): boolean =>
  deletedAt === null && LIVE_STATUSES.includes(status);

export const busyRange = ({ busyFrom, busyUntil }: Appointment): Interval => ({
  from: busyFrom,
  to: busyUntil,
});
export const realRange = ({ startsAt, endsAt }: Appointment): Interval => ({ from: startsAt, to: endsAt });

/** A new appointment: `requested` if its type needs approval, else `booked`. */
export function newAppointment(
  details: Readonly<{
    id: string;
    doctor: Readonly<{ id: string; timeZone: string }>;
    patientId: string;
    type: Extent & Readonly<{ id: string; price: Money | null; needsApproval: boolean }>;
    startsAt: Date;
    reason: string | null;
  }>,
  now: Date,
): Appointment {
  const { id, doctor, patientId, type, startsAt } = details;
  const { real, busy } = occupy(startsAt, type);
  return restoreAppointment({
    id,
    doctorId: doctor.id,
    patientId,
    appointmentTypeId: type.id,
    startsAt,
    endsAt: real.to,
    busyFrom: busy.from,
    busyUntil: busy.to,
    timeZone: doctor.timeZone,
    status: type.needsApproval ? 'requested' : 'booked',
    reason: parseNote(details.reason, '/reason'),
    staffNote: null,
    rescheduleCount: 0,
    cancelledBy: null,
    cancelReason: null,
    price: type.price,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    version: 1,
    deletedAt: null,
  });
}

/** The statuses that may follow at `now`: `noShow` only after the start. */
const allowedNext = ({ status, startsAt }: Appointment, now: Date): readonly AppointmentStatus[] =>
  NEXT[status].filter((next) => next !== 'noShow' || now >= startsAt);

const revised = (appointment: Appointment, changes: Partial<State>, now: Date): Appointment =>
  restoreAppointment({
    ...appointment,
    ...changes,
    revision: appointment.revision + 1,
    updatedAt: later(appointment.updatedAt, now),
  });

function assertNext(appointment: Appointment, to: AppointmentStatus, now: Date): void {
  const allowed = allowedNext(appointment, now);
  if (!allowed.includes(to)) throw invalidTransition(appointment.status, to, allowed);
}

/** conflict `invalid-transition` */
export function advance(
  appointment: Appointment,
  to: Exclude<AppointmentStatus, 'requested' | 'cancelled'>,
  now: Date,
): Appointment {
  assertNext(appointment, to, now);
  return revised(appointment, { status: to }, now);
}

/** conflict `invalid-transition` */
export function cancel(
  appointment: Appointment,
  { by, reason }: Readonly<{ by: Party; reason: string | null }>,
  now: Date,
): Appointment {
  assertNext(appointment, 'cancelled', now);
  const cancelReason = parseNote(reason, '/reason');
  return revised(appointment, { status: 'cancelled', cancelledBy: by, cancelReason }, now);
}

/** conflict `change-window-closed` after the deadline for members; the deadline itself is still in time. */
export function assertWindowOpen(
  { startsAt }: Appointment,
  { cancelNoticeMinutes }: Readonly<{ cancelNoticeMinutes: number }>,
  now: Date,
): void {
  const deadline = new Date(startsAt.getTime() - cancelNoticeMinutes * 60_000);
  if (now > deadline) throw changeWindowClosed(deadline);
}

/** conflict `reschedule-limit` */
export function assertMayMoveAgain(
  { rescheduleCount }: Appointment,
  { maxReschedules }: Readonly<{ maxReschedules: number }>,
): void {
  if (rescheduleCount >= maxReschedules) throw rescheduleLimit(maxReschedules);
}

/** conflict `invalid-transition` unless the appointment is requested or booked; staff also move a patient who has arrived. */
export function assertMovable({ status }: Appointment, { isStaff }: Readonly<{ isStaff: boolean }>): void {
  if (status !== 'requested' && status !== 'booked' && !(isStaff && status === 'arrived'))
    throw invalidTransition(status, 'rescheduled', NEXT[status]);
}

/** Moves the appointment; it keeps its length and buffers. conflict `invalid-transition` */
export function reschedule(
  appointment: Appointment,
  { startsAt, doctor }: Readonly<{ startsAt: Date; doctor: Readonly<{ id: string; timeZone: string }> }>,
  now: Date,
): Appointment {
  assertMovable(appointment, { isStaff: true });
  const { real, busy } = occupy(startsAt, extentOf(appointment));
  return revised(
    appointment,
    {
      doctorId: doctor.id,
      timeZone: doctor.timeZone,
      startsAt,
      endsAt: real.to,
      busyFrom: busy.from,
      busyUntil: busy.to,
      rescheduleCount: appointment.rescheduleCount + 1,
    },
    now,
  );
}

const minutesBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 60_000;

/** Its length and buffers at the time of booking. */
export const extentOf = ({ startsAt, endsAt, busyFrom, busyUntil }: Appointment): Extent => ({
  durationMinutes: minutesBetween(startsAt, endsAt),
  bufferBeforeMinutes: minutesBetween(busyFrom, startsAt),
  bufferAfterMinutes: minutesBetween(endsAt, busyUntil),
});

/** Changes the texts. The revision stays, because mails and calendars do not contain them. 422 `validation` */
export const rewrite = (
  appointment: Appointment,
  texts: Readonly<{ reason?: string | null | undefined; staffNote?: string | null | undefined }>,
  now: Date,
): Appointment =>
  restoreAppointment({
    ...appointment,
    ...(texts.reason !== undefined && { reason: parseNote(texts.reason, '/reason') }),
    ...(texts.staffNote !== undefined && { staffNote: parseNote(texts.staffNote, '/staffNote') }),
    updatedAt: later(appointment.updatedAt, now),
  });

/** Clears all texts; times and status stay. */
export const forgetTexts = (appointment: Appointment, now: Date): Appointment =>
  restoreAppointment({
    ...appointment,
    reason: null,
    staffNote: null,
    cancelReason: null,
    updatedAt: later(appointment.updatedAt, now),
  });

export const enteredInError = (appointment: Appointment, now: Date): Appointment =>
  revised(appointment, { deletedAt: now }, now);

export const nextAppointmentVersion = (appointment: Appointment): Appointment =>
  restoreAppointment({ ...appointment, version: appointment.version + 1 });
