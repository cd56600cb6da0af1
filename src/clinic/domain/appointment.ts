import type { Money } from '../../kernel/money.js';
import { changeWindowClosed, invalidTransition, rescheduleLimit } from './errors.js';
import type { Interval } from './interval.js';
import { type Extent, occupy } from './slots.js';
import { isNote, isVersion, later, parseNote } from './texts.js';

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

/** What each may become; what is not here is final. */
const NEXT: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  requested: ['booked', 'declined', 'cancelled'],
  booked: ['arrived', 'noShow', 'cancelled'],
  declined: [],
  arrived: ['fulfilled', 'cancelled'],
  fulfilled: [],
  noShow: ['arrived'],
  cancelled: [],
};

/** Those that occupy the doctor and the patient. */
export const LIVE_STATUSES: readonly AppointmentStatus[] = ['requested', 'booked', 'arrived', 'fulfilled'];

/** On whose side it was cancelled. */
export type Party = 'patient' | 'practice';

declare const brand: unique symbol;
type State = {
  id: string;
  doctorId: string;
  patientId: string;
  appointmentTypeId: string;
  startsAt: Date;
  endsAt: Date;
  /** The doctor is taken from here … */
  busyFrom: Date;
  /** … to here: the appointment and the buffers of its type as they were when it was booked. */
  busyUntil: Date;
  /** The doctor's, as it was given there. */
  timeZone: string;
  status: AppointmentStatus;
  /** Why the patient comes: clinical, for the patient and staff only. */
  reason: string | null;
  /** For staff only. */
  staffNote: string | null;
  rescheduleCount: number;
  cancelledBy: Party | null;
  cancelReason: string | null;
  /** As it was when booked; null for what costs nothing. */
  price: Money | null;
  /** Rises with every change of time, doctor or status: what mails and calendars tell. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** Entered in error: as if it had never been, but for the record. */
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

/** An appointment as its type asks: requested where staff have to approve, else booked. */
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

/** What it may become at `now`: a no-show only once it has begun. */
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

/** conflict `change-window-closed`: what members may do themselves they may do until then, that moment included. */
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

/** conflict `invalid-transition`: only what has neither happened nor been called off can be moved. */
export function assertMovable({ status }: Appointment): void {
  if (status !== 'requested' && status !== 'booked')
    throw invalidTransition(status, 'rescheduled', NEXT[status]);
}

/** The same appointment at another time; it keeps its length and buffers. */
export function reschedule(
  appointment: Appointment,
  { startsAt, doctor }: Readonly<{ startsAt: Date; doctor: Readonly<{ id: string; timeZone: string }> }>,
  now: Date,
): Appointment {
  assertMovable(appointment);
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

/** What it takes, as it was booked. */
export const extentOf = ({ startsAt, endsAt, busyFrom, busyUntil }: Appointment): Extent => ({
  durationMinutes: minutesBetween(startsAt, endsAt),
  bufferBeforeMinutes: minutesBetween(busyFrom, startsAt),
  bufferAfterMinutes: minutesBetween(endsAt, busyUntil),
});

/** 422 `validation`; neither mails nor calendars tell of it, so the revision stays. */
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

/** Forgets whatever was written about the patient; times and states stay. */
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
