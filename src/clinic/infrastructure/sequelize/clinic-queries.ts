import { type Page, type PageKey, type PageRequest, toPage } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import type { ClinicQueries } from '../../application/ports.js';
import type { AppointmentTypeColumns, DoctorColumns, PatientColumns, TimeOffColumns } from './models.js';
import { makeAppointmentQueries } from './appointment-queries.js';
import { toAppointmentType, toDoctor, toPatient, toTimeOff } from './rows.js';
import { readSchedule, type Week, toWeek } from './schedule.js';
import { DOCTOR_COLUMNS, PATIENT_COLUMNS, TYPE_COLUMNS } from './columns.js';

const AFTER_NAME = (alias: string, first: number): string =>
  `($${first}::text IS NULL OR (${alias}.name, ${alias}.id) > ($${first}, $${first + 1}::uuid))`;

const named = (after: PageKey | undefined): unknown[] => (after === undefined ? [null, null] : [...after]);
/** A page key [ms since 1970, id] as a pair of parameters. */
const timed = (after: PageKey | undefined): unknown[] =>
  after === undefined ? [null, null] : [new Date(Number(after[0])), after[1]];

const pageByName = <Row extends { id: string; name: string }>(
  rows: readonly Row[],
  limit: number,
): Page<Row> => toPage(rows, limit, ({ name, id }) => [name, id]);

/**
 * A bytewise range that equals LIKE 'prefix%'. It needs no escaping of the prefix, and a prepared statement can use the
 * index.
 */
const beginsWithPrefix = (text: string, prefix: string): string =>
  `${text} ~>=~ ${prefix} AND ${text} ~<~ (${prefix} || chr(1114111))`;

const TEXTS = {
  doctors: `SELECT ${DOCTOR_COLUMNS} FROM doctors d WHERE (NOT $1::boolean OR d.is_active) AND ${AFTER_NAME('d', 2)}
    ORDER BY d.name, d.id LIMIT $4`,
  doctor: `SELECT ${DOCTOR_COLUMNS} FROM doctors d WHERE d.id = $1`,
  workingHours: `
    SELECT d.hours_version AS version, (
      SELECT coalesce(jsonb_agg(jsonb_build_array(w.weekday, w.from_minute, w.until_minute) ORDER BY w.weekday, w.from_minute), '[]')
      FROM working_hours w WHERE w.doctor_id = d.id
    ) AS week FROM doctors d WHERE d.id = $1`,
  types: `SELECT ${TYPE_COLUMNS} FROM appointment_types t WHERE t.retired_at IS NULL AND ${AFTER_NAME('t', 1)}
    ORDER BY t.name, t.id LIMIT $3`,
  type: `SELECT ${TYPE_COLUMNS} FROM appointment_types t WHERE t.id = $1`,
  timeOff: `
    SELECT id, doctor_id AS "doctorId", starts_at AS "startsAt", ends_at AS "endsAt", note, created_at AS "createdAt"
    FROM time_off WHERE doctor_id = $1 AND ($2::timestamptz IS NULL OR (starts_at, id) > ($2, $3::uuid))
    ORDER BY starts_at, id LIMIT $4`,
  patients: `
    SELECT ${PATIENT_COLUMNS} FROM patients p
    WHERE p.anonymised_at IS NULL AND ($1::timestamptz IS NULL OR (p.created_at, p.id) < ($1, $2::uuid))
    ORDER BY p.created_at DESC, p.id DESC LIMIT $3`,
  // MATERIALIZED, because the planner overestimates the matches and would scan all patients from the newest on.
  patientsByPrefix: `
    WITH found AS MATERIALIZED (
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('lower(name)', 'lower($4)')}
      UNION
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('email', 'lower($4)')}
      UNION
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('phone', '$4')}
    )
    SELECT ${PATIENT_COLUMNS} FROM found p
    WHERE ($1::timestamptz IS NULL OR (p.created_at, p.id) < ($1, $2::uuid))
    ORDER BY p.created_at DESC, p.id DESC LIMIT $3`,
  patient: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.id = $1 AND p.anonymised_at IS NULL`,
  patientOfUser: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.user_id = $1`,
  // LEFT JOIN: an existing doctor without patients gives one row of nulls, an unknown doctor gives none.
  patientsOfDoctor: `
    SELECT met.* FROM doctors d LEFT JOIN LATERAL (
      SELECT ${PATIENT_COLUMNS}
      FROM (SELECT DISTINCT a.patient_id FROM appointments a WHERE a.doctor_id = d.id AND a.deleted_at IS NULL) seen
      -- OFFSET 0 makes the planner look patients up by key instead of scanning the table.
      CROSS JOIN LATERAL (SELECT * FROM patients WHERE patients.id = seen.patient_id OFFSET 0) p
      WHERE p.anonymised_at IS NULL AND ${AFTER_NAME('p', 2)}
      ORDER BY p.name, p.id LIMIT $4
    ) met ON true WHERE d.id = $1`,
  doctorsOfPatient: `
    SELECT met.* FROM patients p LEFT JOIN LATERAL (
      SELECT ${DOCTOR_COLUMNS} FROM doctors d
      WHERE ${AFTER_NAME('d', 2)} AND EXISTS (
        SELECT FROM appointments a WHERE a.doctor_id = d.id AND a.patient_id = p.id AND a.deleted_at IS NULL
      )
      ORDER BY d.name, d.id LIMIT $4
    ) met ON true WHERE p.id = $1 AND p.anonymised_at IS NULL`,
  isDoctor: 'SELECT EXISTS (SELECT FROM doctors WHERE user_id = $1) AS known',
  feed: `SELECT id, user_id AS "userId", token_hash AS "tokenHash", created_at AS "createdAt"
    FROM calendar_feeds WHERE token_hash = $1`,
} as const;

/** A LEFT JOIN that found nothing gives one row of nulls. */
const present = <Row extends { id: string }>(rows: readonly (Row | { id: null })[]): Row[] =>
  rows.filter((row): row is Row => row.id !== null);

export const makeClinicQueries = ({ database }: { database: Database }): ClinicQueries => {
  const rows = <Row extends object>(name: keyof typeof TEXTS, values: readonly unknown[]): Promise<Row[]> =>
    database.rows<Row>({ name: `clinic_${name}`, text: TEXTS[name] }, values);
  const one = async <Row extends object>(name: keyof typeof TEXTS, value: string): Promise<Row | undefined> =>
    (await rows<Row>(name, [value]))[0];
  const onePatient = async (name: 'patient' | 'patientOfUser', value: string) => {
    const row = await one<PatientColumns>(name, value);
    return row && toPatient(row);
  };
  /** The rows of a join, or undefined if the doctor or patient that it starts from is unknown. */
  const met = async <Row extends { id: string }>(
    name: 'patientsOfDoctor' | 'doctorsOfPatient',
    id: string,
    { limit, after }: PageRequest,
  ): Promise<Row[] | undefined> => {
    const found = await rows<Row | { id: null }>(name, [id, ...named(after), limit + 1]);
    return found.length === 0 ? undefined : present(found);
  };

  return {
    ...makeAppointmentQueries({ database, timed }),
    async doctors({ activeOnly }, { limit, after }) {
      const found = await rows<DoctorColumns>('doctors', [activeOnly, ...named(after), limit + 1]);
      return pageByName(found.map(toDoctor), limit);
    },
    async doctor(id) {
      const row = await one<DoctorColumns>('doctor', id);
      return row && toDoctor(row);
    },
    async workingHours(doctorId) {
      const row = await one<{ version: number; week: Week }>('workingHours', doctorId);
      return row && { version: row.version, week: toWeek(row.week) };
    },
    async appointmentType(id) {
      const row = await one<AppointmentTypeColumns>('type', id);
      return row && toAppointmentType(row);
    },
    async appointmentTypes({ limit, after }) {
      const found = await rows<AppointmentTypeColumns>('types', [...named(after), limit + 1]);
      return pageByName(found.map(toAppointmentType), limit);
    },
    async timeOff(doctorId, { limit, after }) {
      const found = await rows<TimeOffColumns>('timeOff', [doctorId, ...timed(after), limit + 1]);
      return toPage(found.map(toTimeOff), limit, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },
    schedule: (query) => readSchedule(database, query),
    async patients({ q }, { limit, after }) {
      const values = [...timed(after), limit + 1];
      const found =
        q === undefined
          ? await rows<PatientColumns>('patients', values)
          : await rows<PatientColumns>('patientsByPrefix', [...values, q]);
      return toPage(found.map(toPatient), limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
    patient: (id) => onePatient('patient', id),
    patientOfUser: (userId) => onePatient('patientOfUser', userId),
    async patientsOfDoctor(doctorId, page) {
      const found = await met<PatientColumns>('patientsOfDoctor', doctorId, page);
      return found && pageByName(found.map(toPatient), page.limit);
    },
    async doctorsOfPatient(patientId, page) {
      const found = await met<DoctorColumns>('doctorsOfPatient', patientId, page);
      return found && pageByName(found.map(toDoctor), page.limit);
    },
    async isDoctor(userId) {
      return (await one<{ known: boolean }>('isDoctor', userId))?.known === true;
    },
    feed: (tokenHash) => one('feed', tokenHash),
  };
};
