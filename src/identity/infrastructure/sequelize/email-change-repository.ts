import type { Sequelize, Transaction } from 'sequelize';
import type { EmailChangeRepository } from '../../application/ports.js';
import { type EmailChange, restoreEmailChange } from '../../domain/email-change.js';
import type { EmailChangeRow, IdentityModels } from './models.js';
import { purge } from './purge.js';

const toEmailChange = (row: EmailChangeRow): EmailChange =>
  restoreEmailChange({
    id: row.id,
    userId: row.userId,
    oldEmail: row.oldEmail,
    newEmail: row.newEmail,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    endedAt: row.endedAt,
    endReason: row.endReason,
  });

const fromEmailChange = (change: EmailChange) => ({
  id: change.id,
  userId: change.userId,
  oldEmail: change.oldEmail,
  newEmail: change.newEmail,
  createdAt: change.createdAt,
  expiresAt: change.expiresAt,
  endedAt: change.endedAt,
  endReason: change.endReason,
});

export const makeEmailChangeRepository = ({
  identityModels: { emailChanges },
  sequelize,
  transaction,
}: {
  identityModels: IdentityModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): EmailChangeRepository => {
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async find(id) {
      const row = await emailChanges.findByPk(id, { transaction });
      return row === null ? undefined : toEmailChange(row);
    },
    async lock(id) {
      const row = await emailChanges.findByPk(id, { transaction, lock });
      return row === null ? undefined : toEmailChange(row);
    },
    async lockOpen(userId) {
      const where = { userId, endedAt: null };
      const rows = await emailChanges.findAll({ where, order: [['id', 'ASC']], transaction, lock });
      return rows.map(toEmailChange);
    },
    async insert(change) {
      await emailChanges.create(fromEmailChange(change), { transaction, returning: false });
    },
    async save(change) {
      await emailChanges.update(fromEmailChange(change), { where: { id: change.id }, transaction });
    },
    async forget(userId) {
      await emailChanges.destroy({ where: { userId }, transaction });
    },
    purge: (before, limit) => purge({ sequelize, transaction }, 'email_changes', before, limit),
  };
};
