import { z } from 'zod';
import { PAYMENT_STATUSES } from '../../kernel/payments.js';
import { parseMinute, type WallClock } from '../../kernel/time-zones.js';
import { id, idOut, instant, instantIn, money } from '../../platform/http/requests/schemas.js';
import { APPOINTMENT_STATUSES, type AppointmentView, type HistoryItem } from '../application/ports.js';
import { named, note } from './schemas.js';

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

const overrideHours = z
  .boolean()
  .default(false)
  .meta({ description: 'For staff: outside working hours, at any minute, at any notice' });

export const bookingIn = z.strictObject({
  doctorId: id,
  appointmentTypeId: id,
  startsAt,
  patientId: id.optional().meta({ description: 'For staff; by default the appointment is for the caller' }),
  reason: note.default(null),
  overrideHours,
});
export const rescheduleIn = z.strictObject({ startsAt, doctorId: id.optional(), overrideHours });
export const cancelIn = z.strictObject({ reason: note.default(null) });
export const textsIn = z.strictObject({
  reason: note.optional(),
  staffNote: note.optional().meta({ description: 'For staff' }),
});

const status = z.enum(APPOINTMENT_STATUSES);
export const appointmentFields = {
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
