import type { IntegrityCheck } from '../../../platform/database/integrity.js';
import { LIVE } from './schedule.js';

const B_IS_LIVE = LIVE.replaceAll('a.', 'b.');

/** Checks of the stored data that do not rely on constraints. */
export const clinicIntegrityChecks: readonly IntegrityCheck[] = [
  {
    name: 'no-doctor-taken-twice',
    sql: `SELECT a.id::text FROM appointments a JOIN appointments b
            ON b.doctor_id = a.doctor_id AND b.id <> a.id AND a.busy_from < b.busy_until AND b.busy_from < a.busy_until
          WHERE ${LIVE} AND ${B_IS_LIVE}`,
  },
  {
    name: 'no-patient-in-two-places',
    sql: `SELECT a.id::text FROM appointments a JOIN appointments b
            ON b.patient_id = a.patient_id AND b.id <> a.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
          WHERE ${LIVE} AND ${B_IS_LIVE}`,
  },
  {
    name: 'history-ends-in-the-present',
    sql: `SELECT a.id::text FROM appointments a LEFT JOIN LATERAL (
            SELECT h.to_status, h.starts_at FROM appointment_history h
            WHERE h.appointment_id = a.id ORDER BY h.line DESC LIMIT 1
          ) last ON true
          WHERE last.to_status IS DISTINCT FROM a.status OR last.starts_at IS DISTINCT FROM a.starts_at`,
  },
  {
    name: 'history-without-gaps',
    sql: `SELECT DISTINCT appointment_id::text AS id FROM (
            SELECT appointment_id, from_status, lag(to_status) OVER (PARTITION BY appointment_id ORDER BY line) AS before
            FROM appointment_history
          ) line WHERE from_status IS DISTINCT FROM before`,
  },
  {
    name: 'nothing-written-about-anonymised-patients',
    sql: `SELECT a.id::text FROM appointments a JOIN patients p ON p.id = a.patient_id
          WHERE p.anonymised_at IS NOT NULL
            AND (a.reason IS NOT NULL OR a.staff_note IS NOT NULL OR a.cancel_reason IS NOT NULL)`,
  },
  {
    name: 'one-patient-file-a-member',
    sql: 'SELECT user_id::text AS id FROM patients WHERE user_id IS NOT NULL GROUP BY user_id HAVING count(*) > 1',
  },
  {
    name: 'appointment-payments-are-the-price',
    sql: `SELECT a.id::text FROM appointments a JOIN public_payments y ON y.origin_type = 'appointment' AND y.origin_id = a.id
          WHERE y.status = 'captured' AND (a.price_amount, a.price_currency) IS DISTINCT FROM (y.amount, y.currency)`,
  },
];
