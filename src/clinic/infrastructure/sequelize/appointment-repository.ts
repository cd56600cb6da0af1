import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import type { Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { AppointmentRepository, HistoryLine } from '../../application/ports.js';
import { nextAppointmentVersion } from '../../domain/appointment.js';
import { patientBusy, slotTaken } from '../../domain/errors.js';
import type { DeferredWrites } from '../../../platform/database/transactions.js';
import type { AppointmentColumns, ClinicModels } from './models.js';
import { fromAppointment, toAppointment } from './rows.js';

const INSERT_HISTORY =
  'INSERT INTO appointment_history (appointment_id, at, by_user_id, from_status, to_status, starts_at)';

/** Inserts the appointment (parameters 1 to 22) and its first history entry. */
const INSERT: Statement = {
  name: 'clinic_insert_appointment',
  text: `
    WITH made AS (INSERT INTO appointments (id, doctor_id, patient_id, appointment_type_id, starts_at, ends_at, busy_from, busy_until,
      time_zone, status, reason, staff_note, reschedule_count, cancelled_by, cancel_reason, price_amount, price_currency,
      revision, created_at, updated_at, version, deleted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22))
    ${INSERT_HISTORY} VALUES ($1, $23, $24, $25, $26, $27)`,
};
const toValues = (row: AppointmentColumns): readonly unknown[] => [
  row.id,
  row.doctorId,
  row.patientId,
  row.appointmentTypeId,
  row.startsAt,
  row.endsAt,
  row.busyFrom,
  row.busyUntil,
  row.timeZone,
  row.status,
  row.reason,
  row.staffNote,
  row.rescheduleCount,
  row.cancelledBy,
  row.cancelReason,
  row.priceAmount,
  row.priceCurrency,
  row.revision,
  row.createdAt,
  row.updatedAt,
  row.version,
  row.deletedAt,
];

const APPEND_HISTORY: Statement = {
  name: 'clinic_append_history',
  text: `${INSERT_HISTORY} VALUES ($1, $2, $3, $4, $5, $6)`,
};
const toLine = ({ at, by, from, to, startsAt }: HistoryLine): readonly unknown[] => [
  at,
  by,
  from,
  to,
  startsAt,
];

/** Turns constraint violations into conflicts. */
function translate(error: unknown): unknown {
  switch (violatedConstraint(error) ?? '') {
    case 'appointments_doctor_busy':
      return slotTaken();
    case 'appointments_patient_busy':
      return patientBusy();
    case 'appointments_appointment_type_id_fkey':
      return invalidField('/appointmentTypeId', 'names no type that can be booked');
    default:
      return error;
  }
}

export const makeAppointmentRepository = ({
  deferredWrites,
  clinicModels: { appointments },
  transaction,
}: {
  deferredWrites: DeferredWrites;
  clinicModels: ClinicModels;
  transaction: Transaction;
}): AppointmentRepository => {
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async find(id) {
      const row = await appointments.findByPk(id, { transaction });
      return row === null ? undefined : toAppointment(row);
    },
    async lock(id) {
      const row = await appointments.findByPk(id, { transaction, lock });
      return row === null ? undefined : toAppointment(row);
    },
    insert(appointment, firstLine) {
      const values = [...toValues(fromAppointment(appointment)), ...toLine(firstLine)];
      deferredWrites.send(INSERT, values, translate);
      return Promise.resolve();
    },
    async save(appointment) {
      const saved = nextAppointmentVersion(appointment);
      const where = { id: appointment.id, version: appointment.version };
      try {
        const [count] = await appointments.update(fromAppointment(saved), { where, transaction });
        if (count === 0) throw versionMismatch();
      } catch (error) {
        throw translate(error);
      }
      return saved;
    },
    async lockAllOfPatient(patientId) {
      const rows = await appointments.findAll({
        where: { patientId },
        order: [['id', 'ASC']],
        transaction,
        lock,
      });
      return rows.map(toAppointment);
    },
    appendHistory(line) {
      deferredWrites.send(APPEND_HISTORY, [line.appointmentId, ...toLine(line)]);
      return Promise.resolve();
    },
  };
};
