import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { PasswordResetRepository } from '../../application/ports.js';
import { type PasswordReset, restorePasswordReset } from '../../domain/password-reset.js';
import type { IdentityModels, PasswordResetRow } from './models.js';
import { purge } from './purge.js';

const toPasswordReset = (row: PasswordResetRow): PasswordReset =>
  restorePasswordReset({
    id: row.id,
    kind: row.kind,
    email: row.email,
    userId: row.userId,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    endedAt: row.endedAt,
    endReason: row.endReason,
  });

const fromPasswordReset = (reset: PasswordReset) => ({
  id: reset.id,
  kind: reset.kind,
  email: reset.email,
  userId: reset.userId,
  createdAt: reset.createdAt,
  expiresAt: reset.expiresAt,
  endedAt: reset.endedAt,
  endReason: reset.endReason,
});

export const makePasswordResetRepository = ({
  identityModels: { passwordResets },
  sequelize,
  transaction,
}: {
  identityModels: IdentityModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): PasswordResetRepository => ({
  async find(id) {
    const row = await passwordResets.findByPk(id, { transaction });
    return row === null ? undefined : toPasswordReset(row);
  },
  async lock(id) {
    const row = await passwordResets.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toPasswordReset(row);
  },
  async lockOpen(userId) {
    const rows = await passwordResets.findAll({
      where: { userId, endedAt: null },
      order: [['id', 'ASC']],
      transaction,
      lock: transaction.LOCK.NO_KEY_UPDATE,
    });
    return rows.map(toPasswordReset);
  },
  async insert(reset) {
    await passwordResets.create(fromPasswordReset(reset), { transaction, returning: false });
  },
  async save(reset) {
    await passwordResets.update(fromPasswordReset(reset), { where: { id: reset.id }, transaction });
  },
  async forget({ userId, email }) {
    await passwordResets.destroy({ where: { [Op.or]: [{ userId }, { email }] }, transaction });
  },
  purge: (before, limit) => purge({ sequelize, transaction }, 'password_resets', before, limit),
});
