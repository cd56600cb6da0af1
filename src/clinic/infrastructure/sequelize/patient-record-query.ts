import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { ClinicQueries, PaymentView } from '../../application/ports.js';
import { PATIENT_COLUMNS } from './columns.js';
import type { PatientColumns, PaymentColumns } from './models.js';
import { paymentAttributes } from './models/payment.js';
import { toPatient, toPayment } from './rows.js';
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
const PAYMENTS: Statement = {
  name: 'clinic_record_payments',
  text: `
    SELECT ${columns(paymentAttributes(), 'y')}
    FROM appointment_payments y JOIN appointments a ON a.id = y.appointment_id
    WHERE a.patient_id = $1 ORDER BY y.created_at, y.id`,
};
const ACCESSES: Statement = {
  name: 'clinic_record_accesses',
  text: `${SELECT_ACCESSES} WHERE l.patient_id = $1 ORDER BY l.at, l.id`,
};

const toPaymentView = (row: PaymentColumns): PaymentView => {
  const { id, appointmentId, method, amount, currency, status, cardLast4, createdAt } = toPayment(row);
  return { id, appointmentId, method, amount: { amount, currency }, status, cardLast4, createdAt };
};

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
      payments: (await rows<PaymentColumns>(PAYMENTS)).map(toPaymentView),
      accessLog: (await rows<AccessRow>(ACCESSES)).map(toAccess),
    };
  },
});
