import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import type { AppointmentTypeRepository } from '../../application/ports.js';
import { nextTypeVersion } from '../../domain/appointment-type.js';
import type { ClinicModels } from './models.js';
import { fromAppointmentType, toAppointmentType } from './rows.js';

const DELETE_UNUSED = `
  DELETE FROM appointment_types AS t
  WHERE t.id = $1 AND NOT EXISTS (SELECT FROM appointments AS a WHERE a.appointment_type_id = t.id)
  RETURNING 1`;

export const makeAppointmentTypeRepository = ({
  clinicModels: { appointmentTypes },
  sequelize,
  transaction,
}: {
  clinicModels: ClinicModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): AppointmentTypeRepository => ({
  async find(id) {
    const row = await appointmentTypes.findByPk(id, { transaction });
    return row === null ? undefined : toAppointmentType(row);
  },
  async lock(id) {
    // The strongest lock: a booking of the type, whose foreign key holds the row, is over before it is decided
    // whether the type was ever used, or begins afterwards.
    const row = await appointmentTypes.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
    return row === null ? undefined : toAppointmentType(row);
  },
  async insert(type) {
    await appointmentTypes.create(fromAppointmentType(type), { transaction, returning: false });
  },
  async save(type) {
    const saved = nextTypeVersion(type);
    const where = { id: type.id, version: type.version };
    const [count] = await appointmentTypes.update(fromAppointmentType(saved), { where, transaction });
    if (count === 0) throw versionMismatch();
    return saved;
  },
  async deleteUnused(id) {
    const deleted = await sequelize.query(DELETE_UNUSED, {
      bind: [id],
      type: QueryTypes.SELECT,
      transaction,
    });
    return deleted.length > 0;
  },
});
