import { type PageRequest, toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { beginsWithPrefix } from '../../../platform/database/prefix.js';
import type { ClinicQueries } from '../../application/ports.js';
import { DOCTOR_COLUMNS, PATIENT_COLUMNS } from './columns.js';
import type { DoctorColumns, PatientColumns } from './models.js';
import { byName, pageByName } from './page-by-name.js';
import { toDoctor, toPatient } from './rows.js';

const PATIENT: Statement = {
  name: 'clinic_patient',
  text: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.id = $1 AND p.anonymised_at IS NULL`,
};
const PATIENT_OF_USER: Statement = {
  name: 'clinic_patient_of_user',
  text: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.user_id = $1`,
};

const NEWEST_FIRST: List<object>['sortKeys'] = [
  { sql: 'p.created_at', type: 'timestamptz' },
  { sql: 'p.id', type: 'uuid' },
];
const PATIENTS: List<object> = {
  name: 'clinic_patients',
  always: ['p.anonymised_at IS NULL'],
  filters: {},
  sortKeys: NEWEST_FIRST,
  text: ({ where, orderBy, limit }) =>
    `SELECT ${PATIENT_COLUMNS} FROM patients p ${where} ${orderBy} ${limit}`,
};

// MATERIALIZED, because the planner overestimates the matches and would scan all patients from the newest on.
const PATIENTS_BY_PREFIX: List<object> = {
  name: 'clinic_patients_by_prefix',
  filters: {},
  sortKeys: NEWEST_FIRST,
  text: ({ where, orderBy, limit }) => `
    WITH found AS MATERIALIZED (
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('lower(name)', 'lower($1)')}
      UNION
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('email', 'lower($1)')}
      UNION
      SELECT * FROM patients WHERE anonymised_at IS NULL AND ${beginsWithPrefix('phone', '$1')}
    )
    SELECT ${PATIENT_COLUMNS} FROM found p ${where} ${orderBy} ${limit}`,
};

// LEFT JOIN: an existing doctor without patients gives one row of nulls, an unknown doctor gives none.
const PATIENTS_OF_DOCTOR: List<object> = {
  name: 'clinic_patients_of_doctor',
  always: ['p.anonymised_at IS NULL'],
  filters: {},
  sortKeys: byName('p'),
  text: ({ where, orderBy, limit }) => `
    SELECT met.* FROM doctors d LEFT JOIN LATERAL (
      SELECT ${PATIENT_COLUMNS}
      FROM (SELECT DISTINCT a.patient_id FROM appointments a WHERE a.doctor_id = d.id AND a.deleted_at IS NULL) seen
      -- OFFSET 0 makes the planner look patients up by key instead of scanning the table.
      CROSS JOIN LATERAL (SELECT * FROM patients WHERE patients.id = seen.patient_id OFFSET 0) p
      ${where} ${orderBy} ${limit}
    ) met ON true WHERE d.id = $1`,
};
const DOCTORS_OF_PATIENT: List<object> = {
  name: 'clinic_doctors_of_patient',
  always: [
    'EXISTS (SELECT FROM appointments a WHERE a.doctor_id = d.id AND a.patient_id = p.id AND a.deleted_at IS NULL)',
  ],
  filters: {},
  sortKeys: byName('d'),
  text: ({ where, orderBy, limit }) => `
    SELECT met.* FROM patients p LEFT JOIN LATERAL (
      SELECT ${DOCTOR_COLUMNS} FROM doctors d ${where} ${orderBy} ${limit}
    ) met ON true WHERE p.id = $1 AND p.anonymised_at IS NULL`,
};

type PatientQueries = Pick<
  ClinicQueries,
  'patients' | 'patient' | 'patientOfUser' | 'patientsOfDoctor' | 'doctorsOfPatient'
>;

export const makePatientQueries = ({ database }: { database: Database }): PatientQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<PatientColumns>(statement, [value]);
    return row && toPatient(row);
  };
  /** The rows of a join; undefined if the doctor or patient that it starts from is unknown. */
  const joined = async <Row extends { id: string }>(
    list: List<object>,
    id: string,
    page: PageRequest,
  ): Promise<Row[] | undefined> => {
    const request = { parameters: [id], filter: {}, page, direction: 'ASC' } as const;
    const { statement, values } = listStatement(list, request);
    const rows = await database.rows<Row | { id: null }>(statement, values);
    return rows.length === 0 ? undefined : rows.filter((row): row is Row => row.id !== null);
  };
  return {
    patient: (id) => one(PATIENT, id),
    patientOfUser: (userId) => one(PATIENT_OF_USER, userId),
    async patients({ q }, page) {
      const request = { filter: {}, page, direction: 'DESC' } as const;
      const { statement, values } =
        q === undefined
          ? listStatement(PATIENTS, request)
          : listStatement(PATIENTS_BY_PREFIX, { ...request, parameters: [q] });
      const rows = await database.rows<PatientColumns>(statement, values);
      return toPage(rows.map(toPatient), page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
    async patientsOfDoctor(doctorId, page) {
      const rows = await joined<PatientColumns>(PATIENTS_OF_DOCTOR, doctorId, page);
      return rows && pageByName(rows.map(toPatient), page);
    },
    async doctorsOfPatient(patientId, page) {
      const rows = await joined<DoctorColumns>(DOCTORS_OF_PATIENT, patientId, page);
      return rows && pageByName(rows.map(toDoctor), page);
    },
  };
};
