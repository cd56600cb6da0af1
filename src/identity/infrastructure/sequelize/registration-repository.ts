import type { Sequelize, Transaction } from 'sequelize';
import type { RegistrationRepository } from '../../application/ports.js';
import { type Registration, restoreRegistration } from '../../domain/registration.js';
import type { IdentityModels, RegistrationRow } from './models.js';
import { purge } from './purge.js';

const toRegistration = (row: RegistrationRow): Registration =>
  restoreRegistration({
    id: row.id,
    email: row.email,
    fullName: row.fullName,
    passwordHash: row.passwordHash,
    attempts: row.attempts,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    endedAt: row.endedAt,
    endReason: row.endReason,
  });

const fromRegistration = (registration: Registration) => ({
  id: registration.id,
  email: registration.email,
  fullName: registration.fullName,
  passwordHash: registration.passwordHash,
  attempts: registration.attempts,
  createdAt: registration.createdAt,
  expiresAt: registration.expiresAt,
  endedAt: registration.endedAt,
  endReason: registration.endReason,
});

export const makeRegistrationRepository = ({
  identityModels: { registrations },
  sequelize,
  transaction,
}: {
  identityModels: IdentityModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): RegistrationRepository => ({
  async find(id) {
    const row = await registrations.findByPk(id, { transaction });
    return row === null ? undefined : toRegistration(row);
  },
  async lock(id) {
    const row = await registrations.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toRegistration(row);
  },
  async lockOpen(email) {
    const rows = await registrations.findAll({
      where: { email, endedAt: null },
      order: [['id', 'ASC']],
      transaction,
      lock: transaction.LOCK.NO_KEY_UPDATE,
    });
    return rows.map(toRegistration);
  },
  async insert(registration) {
    await registrations.create(fromRegistration(registration), { transaction, returning: false });
  },
  async save(registration) {
    await registrations.update(fromRegistration(registration), {
      where: { id: registration.id },
      transaction,
    });
  },
  async forget(email) {
    await registrations.destroy({ where: { email }, transaction });
  },
  purge: (before, limit) => purge({ sequelize, transaction }, 'registrations', before, limit),
});
