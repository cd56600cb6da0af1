import { z } from 'zod';
import { formatMinute, parseMinute } from '../../kernel/time-zones.js';
import {
  email,
  emailOut,
  id,
  idOut,
  instant,
  instantIn,
  timeZone,
} from '../../platform/http/requests/schemas.js';
import type { Doctor, Slot, TimeOff } from '../application/ports.js';
import type { WorkingHours } from '../application/view-working-hours.js';
import { appointmentView } from './appointment-schemas.js';
import { name, note } from './schemas.js';

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

export const affectedView = z
  .object({ timeOff: timeOffView, affected: z.array(appointmentView) })
  .meta({ id: 'TimeOffAdded' });
