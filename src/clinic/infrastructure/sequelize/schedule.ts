import type { Database } from '../../../platform/database/database.js';
import type { ScheduleQuery, Schedule, WeeklyWindow } from '../../application/ports.js';
import type { Interval } from '../../domain/interval.js';
import type { AppointmentTypeColumns } from './models.js';
import { TYPE_COLUMNS } from './columns.js';
import { toAppointmentType } from './rows.js';

/** Equals the condition of the partial indexes, so that the planner can use them. */
export const LIVE = "a.status IN ('requested', 'booked', 'arrived', 'fulfilled') AND a.deleted_at IS NULL";

/** [weekday, fromMinute, untilMinute] each */
export type Week = readonly (readonly [number, number, number])[];
export const toWeek = (week: Week): WeeklyWindow[] =>
  week.map(([weekday, fromMinute, untilMinute]) => ({ weekday, fromMinute, untilMinute }));

/** [from, to] each, in milliseconds since 1970: JSON has no instants. */
type Ranges = readonly (readonly [number, number])[];
const toIntervals = (ranges: Ranges): Interval[] =>
  ranges.map(([from, to]) => ({ from: new Date(from), to: new Date(to) }));

const ms = (column: string): string => `(date_part('epoch', ${column}) * 1000)::bigint`;
/** The values of the rows as JSON. json_agg of json_build_array takes longer, because it looks up the types for each row. */
const jsonOf = (value: string, where = 'true'): string =>
  `coalesce(array_to_json(array_agg(${value}) FILTER (WHERE ${where})), '[]')`;
const range = (from: string, to: string): string => `ARRAY[${ms(from)}, ${ms(to)}]`;

const OF_PATIENT = 'a.patient_id = coalesce($6, (SELECT p.id FROM patients p WHERE p.user_id = $7))';
const OCCUPIES_PATIENT = `${LIVE} AND a.id IS DISTINCT FROM $5::uuid
  AND tstzrange(a.starts_at, a.ends_at, '[)') && tstzrange($3, $4, '[)')`;

/** `patient`: the subquery about the patient's appointments. */
const scheduleStatement = (name: string, patient: string) => ({
  name,
  text: `
    SELECT ${TYPE_COLUMNS}, d.id AS "doctorId", d.time_zone AS "timeZone", d.is_active AS "isActive", patient.*,
      (SELECT ${jsonOf('ARRAY[w.weekday, w.from_minute, w.until_minute]')}
         FROM working_hours w WHERE w.doctor_id = d.id) AS week,
      (SELECT ${jsonOf(range('o.starts_at', 'o.ends_at'))}
         FROM time_off o WHERE o.doctor_id = d.id AND o.starts_at < $4 AND o.ends_at > $3) AS away,
      (SELECT ${jsonOf(range('a.busy_from', 'a.busy_until'))}
         FROM appointments a WHERE a.doctor_id = d.id AND ${LIVE} AND a.id IS DISTINCT FROM $5::uuid
          AND tstzrange(a.busy_from, a.busy_until, '[)') && tstzrange($3, $4, '[)')) AS busy
    FROM doctors d CROSS JOIN appointment_types t CROSS JOIN (${patient}) AS patient
    WHERE d.id = $1 AND t.id = $2`,
});
const SCHEDULE = scheduleStatement(
  'clinic_schedule',
  `SELECT ${jsonOf(range('a.starts_at', 'a.ends_at'))} AS "patientBusy"
     FROM appointments a WHERE ${OF_PATIENT} AND ${OCCUPIES_PATIENT}`,
);
/** The limits count all appointments of the patient, so one scan reads everything about them. */
const SCHEDULE_WITH_BOOKINGS = scheduleStatement(
  'clinic_schedule_with_bookings',
  `SELECT ${jsonOf(range('a.starts_at', 'a.ends_at'), OCCUPIES_PATIENT)} AS "patientBusy",
       (count(*) FILTER (WHERE ${LIVE} AND a.ends_at > $8))::int AS "openAppointments",
       ${jsonOf(ms('a.created_at'), 'a.created_at > $9')} AS "recentBookings"
     FROM appointments a WHERE ${OF_PATIENT}`,
);

type ScheduleRow = AppointmentTypeColumns & {
  doctorId: string;
  timeZone: string;
  isActive: boolean;
  week: Week;
  away: Ranges;
  busy: Ranges;
  patientBusy: Ranges;
  /** Selected by SCHEDULE_WITH_BOOKINGS only; milliseconds since 1970. */
  openAppointments?: number;
  recentBookings?: readonly number[];
};

/** Reads everything that slots are computed from. Sends its one statement before it returns, so it can be pipelined. */
export async function readSchedule(
  database: Database,
  { doctorId, appointmentTypeId, range, patient, exceptId, bookings }: ScheduleQuery,
): Promise<Schedule | undefined> {
  const { id = null, userId = null }: { id?: string | null; userId?: string | null } = patient ?? {};
  const values = [doctorId, appointmentTypeId, range.from, range.to, exceptId ?? null, id, userId];
  const [row] = await (bookings === undefined
    ? database.rows<ScheduleRow>(SCHEDULE, values)
    : database.rows<ScheduleRow>(SCHEDULE_WITH_BOOKINGS, [...values, bookings.now, bookings.since]));
  if (row === undefined) return undefined;
  return {
    doctor: { id: row.doctorId, timeZone: row.timeZone, isActive: row.isActive },
    type: toAppointmentType(row),
    week: toWeek(row.week),
    away: toIntervals(row.away),
    busy: toIntervals(row.busy),
    patientBusy: toIntervals(row.patientBusy),
    ...(row.openAppointments !== undefined && {
      bookings: {
        open: row.openAppointments,
        recent: (row.recentBookings ?? []).toSorted((a, b) => a - b).map((createdAt) => new Date(createdAt)),
      },
    }),
  };
}
