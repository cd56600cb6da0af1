import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { ClinicQueries, PatientRecord } from '../../application/ports.js';
import { PATIENT_COLUMNS } from './columns.js';
import type { PatientColumns } from './models.js';
import { toPatient } from './rows.js';
import { type AccessRow, SELECT_ACCESSES, toAccess } from './select-accesses.js';
import { type AppointmentViewRow, SELECT_APPOINTMENTS, toAppointmentView } from './select-appointments.js';
import { type HistoryRow, SELECT_HISTORY, toHistoryItem } from './select-history.js';

const PATIENT: Statement = {
  name: 'clinic_record_patient',
  text: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.id = $1`,
};
const APPOINTMENTS: Statement = {
  name: 'clinic_record_appointments',
  text: `${SELECT_APPOINTMENTS} WHERE a.patient_id = $1 AND a.deleted_at IS NULL ORDER BY a.starts_at, a.id`,
};
const HISTORY: Statement = {
  name: 'clinic_record_history',
  text: `${SELECT_HISTORY} WHERE a.patient_id = $1 AND a.deleted_at IS NULL ORDER BY h.line`,
};
/** The payments or refunds of a patient's appointments, from a view of billing. */
const movements = (view: string, detail: string): string => `
    SELECT m.id, m.origin_id AS "appointmentId", m.method, m.amount, m.currency, m.status, m.created_at AS "createdAt",
      m.${detail}
    FROM ${view} m JOIN appointments a ON a.id = m.origin_id
    WHERE m.origin_type = 'appointment' AND a.patient_id = $1 ORDER BY m.created_at, m.id`;
const PAYMENTS: Statement = {
  name: 'clinic_record_payments',
  text: movements('public_payments', 'card_last4 AS "cardLast4"'),
};
const REFUNDS: Statement = { name: 'clinic_record_refunds', text: movements('public_refunds', 'reason') };
const ACCESSES: Statement = {
  name: 'clinic_record_accesses',
  text: `${SELECT_ACCESSES} WHERE l.patient_id = $1 ORDER BY l.at, l.id`,
};

/** A payment or refund as stored: a BIGINT is read as text. */
type Stored<Item> = Omit<Item, 'amount'> & Readonly<{ amount: string; currency: string }>;

const withMoney = <Item extends Readonly<{ amount: string; currency: string }>>({
  amount,
  currency,
  ...item
}: Item) => ({ ...item, amount: { amount: toNumber(amount), currency } });

export const makePatientRecordQuery = ({
  database,
}: {
  database: Database;
}): Pick<ClinicQueries, 'record'> => ({
  async record(patientId) {
    const rows = <Row extends object>(statement: Statement) => database.rows<Row>(statement, [patientId]);
    const [patient] = await rows<PatientColumns>(PATIENT);
    if (patient === undefined) return undefined;
    return {
      patient: toPatient(patient),
      appointments: (await rows<AppointmentViewRow>(APPOINTMENTS)).map(toAppointmentView),
      history: (await rows<HistoryRow>(HISTORY)).map(toHistoryItem),
      payments: (await rows<Stored<PatientRecord['payments'][number]>>(PAYMENTS)).map(withMoney),
      refunds: (await rows<Stored<PatientRecord['refunds'][number]>>(REFUNDS)).map(withMoney),
      accessLog: (await rows<AccessRow>(ACCESSES)).map(toAccess),
    };
  },
});
