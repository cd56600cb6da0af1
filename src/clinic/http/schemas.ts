import { z } from 'zod';
import { formatMinute, parseMinute, type WallClock } from '../../kernel/time-zones.js';
import type { Principal } from '../../platform/http/routing/route.js';
import {
  day,
  email,
  emailOut,
  id,
  idOut,
  instant,
  instantIn,
  money,
  moneyIn,
  text,
  timeZone,
  trimmedText,
} from '../../platform/http/requests/schemas.js';
import type { WorkingHours } from '../application/view-working-hours.js';
import {
  APPOINTMENT_STATUSES,
  PAYMENT_STATUSES,
  TYPE_RANGES,
  type AccessItem,
  type AppointmentType,
  type AppointmentView,
  type Caller,
  type Doctor,
  type HistoryItem,
  type Patient,
  type PatientRecord,
  type Slot,
  type TimeOff,
} from '../application/ports.js';

export const byId = z.object({ id });
const named = z.object({ id: idOut, name: z.string() });
const name = trimmedText({ min: 1, max: 200 });
const note = text({ max: 2_000 }).nullable();

/** Staff and admins act for the practice. */
export const callerOf = ({ userId, role }: Principal): Caller => ({ userId, isStaff: role !== 'member' });
export const isStaff = (actor: Principal | null): boolean => actor !== null && actor.role !== 'member';

// doctors

export const doctorIn = z.strictObject({
  name,
  email,
  specialty: name.nullable().default(null),
  timeZone,
  userId: id.nullable().default(null),
});
export const doctorChanges = z.strictObject({
  name: name.optional(),
  email: email.optional(),
  specialty: name.nullable().optional(),
  timeZone: timeZone.optional(),
  userId: id.nullable().optional(),
  isActive: z.boolean().optional(),
});

export const doctorView = z
  .object({
    id: idOut,
    name: z.string(),
    specialty: z.string().nullable(),
    timeZone: z.string(),
    isActive: z.boolean(),
    email: emailOut.optional().meta({ description: 'For staff' }),
    userId: idOut
      .nullable()
      .optional()
      .meta({ description: 'For staff: the account of the doctor, for the calendar feed' }),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'Doctor' });

export const toDoctorView = (doctor: Doctor, forStaff: boolean): z.infer<typeof doctorView> => ({
  id: doctor.id,
  name: doctor.name,
  specialty: doctor.specialty,
  timeZone: doctor.timeZone,
  isActive: doctor.isActive,
  ...(forStaff && { email: doctor.email, userId: doctor.userId }),
  createdAt: doctor.createdAt.toISOString(),
  updatedAt: doctor.updatedAt.toISOString(),
  version: doctor.version,
});

const TIME_OF_DAY = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$' };
/** `hh:mm` as minutes since midnight; 24:00 is the end of the day. */
const minute = z
  .string()
  .transform((value) => parseMinute(value) ?? -1)
  .refine((value) => value >= 0, { error: 'has to be hh:mm, from 00:00 to 24:00' })
  .meta({ openapi: TIME_OF_DAY });
const weekday = z.int().min(1).max(7).meta({ description: 'ISO 8601: 1 Monday … 7 Sunday' });

export const workingHoursIn = z.strictObject({
  weekly: z.array(z.strictObject({ weekday, from: minute, to: minute })).max(100),
});
export const workingHoursView = z
  .object({
    weekly: z.array(z.object({ weekday, from: z.string(), to: z.string() })),
    version: z.int().min(1),
  })
  .meta({ id: 'WorkingHours' });
export const toWeek = ({ weekly }: z.output<typeof workingHoursIn>) =>
  weekly.map(({ weekday: on, from, to }) => ({ weekday: on, fromMinute: from, untilMinute: to }));
export const toWorkingHoursView = ({ week, version }: WorkingHours): z.infer<typeof workingHoursView> => ({
  weekly: week.map(({ weekday: on, fromMinute, untilMinute }) => ({
    weekday: on,
    from: formatMinute(fromMinute),
    to: formatMinute(untilMinute),
  })),
  version,
});

export const timeOffIn = z.strictObject({ startsAt: instantIn, endsAt: instantIn, note: note.default(null) });
export const timeOffView = z
  .object({
    id: idOut,
    doctorId: idOut,
    startsAt: instant,
    endsAt: instant,
    note: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'TimeOff' });
export const toTimeOffView = (timeOff: TimeOff): z.infer<typeof timeOffView> => ({
  id: timeOff.id,
  doctorId: timeOff.doctorId,
  startsAt: timeOff.startsAt.toISOString(),
  endsAt: timeOff.endsAt.toISOString(),
  note: timeOff.note,
  createdAt: timeOff.createdAt.toISOString(),
});

const slotView = z.object({ startsAt: instant, endsAt: instant }).meta({ id: 'Slot' });
export const slotsView = z.object({ items: z.array(slotView) }).meta({ id: 'Slots' });
export const toSlotsView = (slots: readonly Slot[]): z.infer<typeof slotsView> => ({
  items: slots.map(({ startsAt, endsAt }) => ({
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  })),
});

// appointment types

const ranged = (field: keyof typeof TYPE_RANGES) =>
  z.int().min(TYPE_RANGES[field][0]).max(TYPE_RANGES[field][1]);
const typeFields = {
  name,
  durationMinutes: ranged('durationMinutes'),
  bufferBeforeMinutes: ranged('bufferBeforeMinutes'),
  bufferAfterMinutes: ranged('bufferAfterMinutes'),
  minNoticeMinutes: ranged('minNoticeMinutes'),
  cancelNoticeMinutes: ranged('cancelNoticeMinutes'),
  maxReschedules: ranged('maxReschedules'),
  price: moneyIn.nullable(),
  needsApproval: z.boolean(),
};
const DEFAULT_RESCHEDULES = 3;
export const typeIn = z.strictObject({
  ...typeFields,
  bufferBeforeMinutes: typeFields.bufferBeforeMinutes.default(0),
  bufferAfterMinutes: typeFields.bufferAfterMinutes.default(0),
  minNoticeMinutes: typeFields.minNoticeMinutes.default(0),
  cancelNoticeMinutes: typeFields.cancelNoticeMinutes.default(0),
  maxReschedules: typeFields.maxReschedules.default(DEFAULT_RESCHEDULES),
  price: typeFields.price.default(null),
  needsApproval: typeFields.needsApproval.default(false),
});
export const typeChanges = z.strictObject(typeFields).partial();
export const typeView = z
  .object({
    id: idOut,
    ...typeFields,
    name: z.string(),
    price: money.nullable(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'AppointmentType' });
export const toTypeView = (type: AppointmentType): z.infer<typeof typeView> => ({
  id: type.id,
  name: type.name,
  durationMinutes: type.durationMinutes,
  bufferBeforeMinutes: type.bufferBeforeMinutes,
  bufferAfterMinutes: type.bufferAfterMinutes,
  minNoticeMinutes: type.minNoticeMinutes,
  cancelNoticeMinutes: type.cancelNoticeMinutes,
  maxReschedules: type.maxReschedules,
  price: type.price,
  needsApproval: type.needsApproval,
  createdAt: type.createdAt.toISOString(),
  updatedAt: type.updatedAt.toISOString(),
  version: type.version,
});

// patients

const phone = text({ max: 50 });
const contact = {
  email: email.nullable().default(null),
  phone: phone.nullable().default(null),
  birthDate: day.nullable().default(null),
};
export const ownFileIn = z.strictObject({ name, ...contact });
export const patientIn = z.strictObject({ name, ...contact, userId: id.nullable().default(null) });
export const patientChanges = z.strictObject({
  name: name.optional(),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
  birthDate: day.nullable().optional(),
  userId: id.nullable().optional(),
});

const patientFields = {
  id: idOut,
  userId: idOut.nullable(),
  name: z.string(),
  email: emailOut.nullable(),
  phone: z.string().nullable(),
  birthDate: z.iso.date().nullable(),
  version: z.int().min(1),
  createdAt: instant,
};
export const patientView = z.object(patientFields).meta({ id: 'Patient' });
export const toPatientView = (patient: Patient): z.infer<typeof patientView> => ({
  id: patient.id,
  userId: patient.userId,
  name: patient.name,
  email: patient.email,
  phone: patient.phone,
  birthDate: patient.birthDate,
  version: patient.version,
  createdAt: patient.createdAt.toISOString(),
});

export const accessView = z
  .object({ at: instant, by: named, action: z.string(), resource: z.string() })
  .meta({ id: 'AccessLogItem' });
export const toAccessView = ({ at, by, action, resource }: AccessItem): z.infer<typeof accessView> => ({
  at: at.toISOString(),
  by,
  action,
  resource,
});

// appointments

/** A local date and time without an offset. */
const wallClock = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/)
  .refine((value) => !Number.isNaN(Date.parse(`${value.slice(0, 10)}T00:00:00Z`)))
  .transform((value): WallClock => ({
    day: value.slice(0, 10),
    minute: parseMinute(value.slice(11, 16)) ?? 0,
  }));

/** A start. One without an offset is parsed only to explain why it is refused. */
const startsAt = z.union([instantIn, wallClock], { error: 'has to be RFC 3339 with Z or an offset' }).meta({
  openapi: { type: 'string', format: 'date-time', description: 'RFC 3339, with `Z` or an offset' },
});

export const bookingIn = z.strictObject({
  doctorId: id,
  appointmentTypeId: id,
  startsAt,
  patientId: id.optional().meta({ description: 'For staff; by default the appointment is for the caller' }),
  reason: note.default(null),
  overrideHours: z
    .boolean()
    .default(false)
    .meta({ description: 'For staff: outside working hours, at any minute, at any notice' }),
});
export const rescheduleIn = z.strictObject({ startsAt, doctorId: id.optional() });
export const cancelIn = z.strictObject({ reason: note.default(null) });
export const textsIn = z.strictObject({
  reason: note.optional(),
  staffNote: note.optional().meta({ description: 'For staff' }),
});

const status = z.enum(APPOINTMENT_STATUSES);
const appointmentFields = {
  id: idOut,
  doctor: named,
  patient: named,
  appointmentType: named,
  startsAt: instant,
  endsAt: instant,
  timeZone: z.string().meta({ description: 'The time zone of the doctor' }),
  status,
  reason: z.string().nullable(),
  rescheduleCount: z.int().min(0),
  cancelledBy: z.enum(['patient', 'practice']).nullable(),
  cancelReason: z.string().nullable(),
  price: money.nullable(),
  paymentStatus: z.enum(PAYMENT_STATUSES).nullable().meta({ description: 'null without a price' }),
  version: z.int().min(1),
  createdAt: instant,
};
export const appointmentView = z
  .object({
    ...appointmentFields,
    staffNote: z.string().nullable().optional().meta({ description: 'For staff' }),
  })
  .meta({ id: 'Appointment' });

/** `staffNote` is a field of staff responses only. */
export const toAppointmentView = (
  appointment: AppointmentView,
  forStaff: boolean,
): z.infer<typeof appointmentView> => ({
  id: appointment.id,
  doctor: appointment.doctor,
  patient: appointment.patient,
  appointmentType: appointment.appointmentType,
  startsAt: appointment.startsAt.toISOString(),
  endsAt: appointment.endsAt.toISOString(),
  timeZone: appointment.timeZone,
  status: appointment.status,
  reason: appointment.reason,
  ...(forStaff && { staffNote: appointment.staffNote }),
  rescheduleCount: appointment.rescheduleCount,
  cancelledBy: appointment.cancelledBy,
  cancelReason: appointment.cancelReason,
  price: appointment.price,
  paymentStatus: appointment.paymentStatus,
  version: appointment.version,
  createdAt: appointment.createdAt.toISOString(),
});

export const historyView = z
  .object({
    at: instant,
    by: named.nullable().meta({ description: 'null: done by the system' }),
    from: status.nullable().meta({ description: 'null: the appointment was created' }),
    to: status,
    startsAt: instant,
    reason: z.string().nullable().meta({ description: 'The reason of a cancellation' }),
  })
  .meta({ id: 'HistoryItem' });
export const toHistoryView = (line: HistoryItem): z.infer<typeof historyView> => ({
  at: line.at.toISOString(),
  by: line.by,
  from: line.from,
  to: line.to,
  startsAt: line.startsAt.toISOString(),
  reason: line.reason,
});

export const affectedView = z
  .object({ timeOff: timeOffView, affected: z.array(appointmentView) })
  .meta({ id: 'TimeOffAdded' });

export const recordView = z
  .object({
    patient: z.object(patientFields),
    appointments: z.array(z.object(appointmentFields)),
    history: z.array(historyView.extend({ appointmentId: idOut })),
    payments: z.array(
      z.object({
        id: idOut,
        appointmentId: idOut,
        method: z.string(),
        amount: money,
        status: z.string(),
        cardLast4: z.string().nullable(),
        createdAt: instant,
      }),
    ),
    accessLog: z.array(accessView),
  })
  .meta({ id: 'PatientRecord' });
export const toRecordView = (record: PatientRecord): z.infer<typeof recordView> => ({
  patient: toPatientView(record.patient),
  appointments: record.appointments.map((appointment) => toAppointmentView(appointment, false)),
  history: record.history.map((line) => ({ ...toHistoryView(line), appointmentId: line.appointmentId })),
  payments: record.payments.map(({ createdAt, ...payment }) => ({
    ...payment,
    createdAt: createdAt.toISOString(),
  })),
  accessLog: record.accessLog.map(toAccessView),
});
