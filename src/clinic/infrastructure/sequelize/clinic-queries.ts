import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { CalendarFeed, ClinicQueries } from '../../application/ports.js';
import { makeAppointmentQueries } from './appointment-queries.js';
import { DOCTOR_COLUMNS, TYPE_COLUMNS } from './columns.js';
import type { AppointmentTypeColumns, DoctorColumns, TimeOffColumns } from './models.js';
import { calendarFeedAttributes } from './models/calendar-feed.js';
import { doctorAttributes } from './models/doctor.js';
import { timeOffAttributes } from './models/time-off.js';
import { byName, pageByName } from './page-by-name.js';
import { makePatientRecordQuery } from './patient-record-query.js';
import { makePatientQueries } from './patient-queries.js';
import { toAppointmentType, toDoctor, toTimeOff } from './rows.js';
import { readSchedule, type Week, toWeek } from './schedule.js';

const DOCTORS: List<Readonly<{ isActive?: true | undefined }>> = {
  name: 'clinic_doctors',
  filters: { isActive: () => 'd.is_active' },
  sortKeys: byName('d'),
  text: ({ where, orderBy, limit }) => `SELECT ${DOCTOR_COLUMNS} FROM doctors d ${where} ${orderBy} ${limit}`,
};
const DOCTOR: Statement = {
  name: 'clinic_doctor',
  text: `SELECT ${DOCTOR_COLUMNS} FROM doctors d WHERE d.id = $1`,
};
const WORKING_HOURS: Statement = {
  name: 'clinic_working_hours',
  text: `
    SELECT ${columns(doctorAttributes(), 'd', { only: ['hoursVersion'] })}, (
      SELECT coalesce(jsonb_agg(jsonb_build_array(w.weekday, w.from_minute, w.until_minute) ORDER BY w.weekday, w.from_minute), '[]')
      FROM working_hours w WHERE w.doctor_id = d.id
    ) AS week FROM doctors d WHERE d.id = $1`,
};
const TYPES: List<object> = {
  name: 'clinic_types',
  always: ['t.retired_at IS NULL'],
  filters: {},
  sortKeys: byName('t'),
  text: ({ where, orderBy, limit }) =>
    `SELECT ${TYPE_COLUMNS} FROM appointment_types t ${where} ${orderBy} ${limit}`,
};
const TYPE: Statement = {
  name: 'clinic_type',
  text: `SELECT ${TYPE_COLUMNS} FROM appointment_types t WHERE t.id = $1`,
};
const TIME_OFF: List<object> = {
  name: 'clinic_time_off',
  always: ['o.doctor_id = $1'],
  filters: {},
  sortKeys: [
    { sql: 'o.starts_at', type: 'timestamptz' },
    { sql: 'o.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) =>
    `SELECT ${columns(timeOffAttributes(), 'o')} FROM time_off o ${where} ${orderBy} ${limit}`,
};
const IS_DOCTOR: Statement = {
  name: 'clinic_is_doctor',
  text: 'SELECT EXISTS (SELECT FROM doctors WHERE user_id = $1) AS "isDoctor"',
};
const FEED: Statement = {
  name: 'clinic_feed',
  text: `SELECT ${columns(calendarFeedAttributes(), 'f')} FROM calendar_feeds f WHERE f.token_hash = $1`,
};

export const makeClinicQueries = ({ database }: { database: Database }): ClinicQueries => {
  const one = async <Row extends object>(statement: Statement, value: string): Promise<Row | undefined> =>
    (await database.rows<Row>(statement, [value]))[0];

  return {
    ...makePatientQueries({ database }),
    ...makeAppointmentQueries({ database }),
    ...makePatientRecordQuery({ database }),
    async doctors({ activeOnly }, page) {
      const filter = activeOnly ? { isActive: true as const } : {};
      const { statement, values } = listStatement(DOCTORS, { filter, page, direction: 'ASC' });
      const rows = await database.rows<DoctorColumns>(statement, values);
      return pageByName(rows.map(toDoctor), page);
    },
    async doctor(id) {
      const row = await one<DoctorColumns>(DOCTOR, id);
      return row && toDoctor(row);
    },
    async workingHours(doctorId) {
      const row = await one<{ hoursVersion: number; week: Week }>(WORKING_HOURS, doctorId);
      return row && { version: row.hoursVersion, week: toWeek(row.week) };
    },
    async appointmentType(id) {
      const row = await one<AppointmentTypeColumns>(TYPE, id);
      return row && toAppointmentType(row);
    },
    async appointmentTypes(page) {
      const { statement, values } = listStatement(TYPES, { filter: {}, page, direction: 'ASC' });
      const rows = await database.rows<AppointmentTypeColumns>(statement, values);
      return pageByName(rows.map(toAppointmentType), page);
    },
    async timeOff(doctorId, page) {
      const request = { parameters: [doctorId], filter: {}, page, direction: 'ASC' } as const;
      const { statement, values } = listStatement(TIME_OFF, request);
      const rows = await database.rows<TimeOffColumns>(statement, values);
      return toPage(rows.map(toTimeOff), page.limit, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },
    schedule: (query) => readSchedule(database, query),
    async isDoctor(userId) {
      return (await one<{ isDoctor: boolean }>(IS_DOCTOR, userId))?.isDoctor === true;
    },
    feed: (tokenHash) => one<CalendarFeed>(FEED, tokenHash),
  };
};
