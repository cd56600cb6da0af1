import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import type { Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import { insertRow, rowValues } from '../../../platform/database/insert-row.js';
import type { DeferredWrites } from '../../../platform/database/transactions.js';
import type { AppointmentRepository, HistoryLine } from '../../application/ports.js';
import { nextAppointmentVersion } from '../../domain/appointment.js';
import { patientBusy, slotTaken } from '../../domain/errors.js';
import type { ClinicModels } from './models.js';
import { appointmentHistoryAttributes } from './models/appointment-history.js';
import { appointmentAttributes } from './models/appointment.js';
import { fromAppointment, toAppointment } from './rows.js';

const APPOINTMENT = appointmentAttributes();
const HISTORY = appointmentHistoryAttributes();

/** Inserts the appointment and its first history entry. */
const INSERT: Statement = {
  name: 'clinic_insert_appointment',
  text: `
    WITH inserted AS (${insertRow('appointments', APPOINTMENT)})
    ${insertRow('appointment_history', HISTORY, { firstParameter: Object.keys(APPOINTMENT).length + 1 })}`,
};
const APPEND_HISTORY: Statement = {
  name: 'clinic_append_history',
  text: insertRow('appointment_history', HISTORY),
};

const historyValues = ({ by, from, to, ...line }: HistoryLine): readonly unknown[] =>
  rowValues(HISTORY, { ...line, byUserId: by, fromStatus: from, toStatus: to });

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
      const values = [...rowValues(APPOINTMENT, fromAppointment(appointment)), ...historyValues(firstLine)];
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
      deferredWrites.send(APPEND_HISTORY, historyValues(line));
      return Promise.resolve();
    },
  };
};
