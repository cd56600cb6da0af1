import { Op, type Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { AppointmentRepository } from '../../application/ports.js';
import { LIVE_STATUSES, nextAppointmentVersion } from '../../domain/appointment.js';
import { patientBusy, slotTaken } from '../../domain/errors.js';
import type { ClinicModels } from './models.js';
import { fromAppointment, toAppointment } from './rows.js';

/** The constraints have the last word: what they refuse is a conflict, whatever was checked before. */
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
  clinicModels: { appointments, history },
  transaction,
}: {
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
    async insert(appointment) {
      try {
        await appointments.create(fromAppointment(appointment), { transaction, returning: false });
      } catch (error) {
        throw translate(error);
      }
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
    async liveOfPatient(patientId, { from, to }, exceptId) {
      const rows = await appointments.findAll({
        where: {
          patientId,
          deletedAt: null,
          status: { [Op.in]: [...LIVE_STATUSES] },
          startsAt: { [Op.lt]: to },
          endsAt: { [Op.gt]: from },
          ...(exceptId !== null && { id: { [Op.ne]: exceptId } }),
        },
        order: [['id', 'ASC']],
        transaction,
      });
      return rows.map(toAppointment);
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
    async appendHistory({ appointmentId, at, by, from, to, startsAt }) {
      await history.create(
        { appointmentId, at, byUserId: by, fromStatus: from, toStatus: to, startsAt },
        { transaction, returning: false },
      );
    },
  };
};
