import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type {
  AppointmentFilter,
  CalendarEntry,
  ClinicQueries,
  MailSubject,
} from '../../application/ports.js';
import { type AccessRow, SELECT_ACCESSES, toAccess } from './select-accesses.js';
import { type AppointmentViewRow, SELECT_APPOINTMENTS, toAppointmentView } from './select-appointments.js';
import { type HistoryRow, SELECT_HISTORY, toHistoryItem } from './select-history.js';
import { appointmentAttributes } from './models/appointment.js';
import { patientAttributes } from './models/patient.js';
import { LIVE } from './schedule.js';

const APPOINTMENTS: List<Omit<AppointmentFilter, 'latestFirst'>> = {
  name: 'clinic_appointments',
  always: ['a.deleted_at IS NULL'],
  filters: {
    doctorId: (doctorId, bind) => `a.doctor_id = ${bind(doctorId)}`,
    patientId: (patientId, bind) => `a.patient_id = ${bind(patientId)}`,
    patientUserId: (userId, bind) => `p.user_id = ${bind(userId)}`,
    from: (from, bind) => `a.starts_at >= ${bind(from)}`,
    to: (to, bind) => `a.starts_at < ${bind(to)}`,
    statuses: (statuses, bind) => `a.status = ANY (${bind([...statuses])}::text[])`,
  },
  sortKeys: [
    { sql: 'a.starts_at', type: 'timestamptz' },
    { sql: 'a.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `${SELECT_APPOINTMENTS} ${where} ${orderBy} ${limit}`,
};
const APPOINTMENT: Statement = {
  name: 'clinic_appointment',
  text: `${SELECT_APPOINTMENTS} WHERE a.id = $1 AND a.deleted_at IS NULL`,
};
const AFFECTED: Statement = {
  name: 'clinic_affected',
  text: `${SELECT_APPOINTMENTS} WHERE a.doctor_id = $1 AND ${LIVE}
      AND tstzrange(a.busy_from, a.busy_until, '[)') && tstzrange($2, $3, '[)')
    ORDER BY a.starts_at, a.id LIMIT 1000`,
};
const HISTORY: List<object> = {
  name: 'clinic_history',
  always: ['h.appointment_id = $1'],
  filters: {},
  sortKeys: [{ sql: 'h.line', type: 'bigint' }],
  text: ({ where, orderBy, limit }) => `${SELECT_HISTORY} ${where} ${orderBy} ${limit}`,
};
const ACCESS_LOG: List<object> = {
  name: 'clinic_access_log',
  always: ['l.patient_id = $1'],
  filters: {},
  sortKeys: [
    { sql: 'l.at', type: 'timestamptz' },
    { sql: 'l.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `${SELECT_ACCESSES} ${where} ${orderBy} ${limit}`,
};
const MAIL_SUBJECT: Statement = {
  name: 'clinic_mail_subject',
  text: `
    SELECT ${columns(appointmentAttributes(), 'a', { only: ['id', 'startsAt', 'status', 'revision'] })},
      ${columns(patientAttributes(), 'p', { only: ['email'] })}
    FROM appointments a JOIN patients p ON p.id = a.patient_id WHERE a.id = $1 AND a.deleted_at IS NULL`,
};

const CALENDAR_COLUMNS = columns(appointmentAttributes(), 'a', {
  only: ['id', 'startsAt', 'endsAt', 'status', 'revision', 'createdAt', 'updatedAt'],
});
/** `$1` is the earliest start. */
const calendar = (name: string, from: string, owner = 'true'): Statement => ({
  name,
  text: `
    SELECT ${CALENDAR_COLUMNS} FROM ${from}
    WHERE ${owner} AND a.deleted_at IS NULL AND a.starts_at >= $1 ORDER BY a.starts_at, a.id`,
});
const CALENDAR = calendar('clinic_calendar', 'appointments a');
const CALENDAR_OF_PATIENT = calendar(
  'clinic_calendar_of_patient',
  'appointments a JOIN patients p ON p.id = a.patient_id',
  'p.user_id = $2',
);
const CALENDAR_OF_DOCTOR = calendar(
  'clinic_calendar_of_doctor',
  'appointments a JOIN doctors d ON d.id = a.doctor_id',
  'd.user_id = $2',
);

type AppointmentQueries = Pick<
  ClinicQueries,
  'appointments' | 'appointment' | 'affectedBy' | 'history' | 'accessLog' | 'mailSubject' | 'calendar'
>;

export const makeAppointmentQueries = ({ database }: { database: Database }): AppointmentQueries => ({
  async appointments({ latestFirst = false, ...filter }, page) {
    const direction = latestFirst ? 'DESC' : 'ASC';
    const { statement, values } = listStatement(APPOINTMENTS, { filter, page, direction });
    const rows = await database.rows<AppointmentViewRow>(statement, values);
    return toPage(rows.map(toAppointmentView), page.limit, ({ startsAt, id }) => [startsAt.getTime(), id]);
  },
  async appointment(id) {
    const [row] = await database.rows<AppointmentViewRow>(APPOINTMENT, [id]);
    return row && toAppointmentView(row);
  },
  async affectedBy(doctorId, { from, to }) {
    return (await database.rows<AppointmentViewRow>(AFFECTED, [doctorId, from, to])).map(toAppointmentView);
  },
  async history(appointmentId, page) {
    const request = { parameters: [appointmentId], filter: {}, page, direction: 'ASC' } as const;
    const { statement, values } = listStatement(HISTORY, request);
    const rows = await database.rows<HistoryRow>(statement, values);
    return toPage(rows.map(toHistoryItem), page.limit, ({ line }) => [line]);
  },
  async accessLog(patientId, page) {
    const request = { parameters: [patientId], filter: {}, page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(ACCESS_LOG, request);
    const rows = await database.rows<AccessRow>(statement, values);
    return toPage(rows.map(toAccess), page.limit, ({ at, id }) => [at.getTime(), id]);
  },
  async mailSubject(appointmentId) {
    return (await database.rows<MailSubject>(MAIL_SUBJECT, [appointmentId]))[0];
  },
  async calendar(whose, since) {
    if (whose === 'everybody') return database.rows<CalendarEntry>(CALENDAR, [since]);
    return 'doctorUserId' in whose
      ? database.rows<CalendarEntry>(CALENDAR_OF_DOCTOR, [since, whose.doctorUserId])
      : database.rows<CalendarEntry>(CALENDAR_OF_PATIENT, [since, whose.patientUserId]);
  },
});
