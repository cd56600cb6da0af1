import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { AppointmentTypeRepository } from '../../application/ports.js';
import { nextTypeVersion } from '../../domain/appointment-type.js';
import { TYPE_COLUMNS } from './columns.js';
import type { AppointmentTypeColumns, ClinicModels } from './models.js';
import { fromAppointmentType, toAppointmentType } from './rows.js';

const DELETE_UNUSED = `
  DELETE FROM appointment_types AS t
  WHERE t.id = $1 AND NOT EXISTS (SELECT FROM appointments AS a WHERE a.appointment_type_id = t.id)
  RETURNING 1`;

const FIND: Statement = {
  name: 'clinic_type_by_id',
  text: `SELECT ${TYPE_COLUMNS} FROM appointment_types t WHERE t.id = $1`,
};

export const makeAppointmentTypeRepository = ({
  database,
  clinicModels: { appointmentTypes },
  sequelize,
  transaction,
}: {
  database: Database;
  clinicModels: ClinicModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): AppointmentTypeRepository => ({
  async find(id) {
    const [row] = await database.rows<AppointmentTypeColumns>(FIND, [id]);
    return row && toAppointmentType(row);
  },
  async lock(id) {
    // FOR UPDATE conflicts with the lock of a foreign key: a concurrent booking of the type either has committed before the
    // check for appointments, or waits for this transaction.
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
