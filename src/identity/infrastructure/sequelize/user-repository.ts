import { Op, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { UserRepository } from '../../application/ports.js';
import { emailTaken } from '../../domain/errors.js';
import { isActiveAdmin, nextVersion, restoreUser, type User } from '../../domain/user.js';
import type { IdentityModels } from './models.js';

/** A row of `users`, from a model or from a query with the same column names. */
export type UserColumns = Parameters<typeof restoreUser>[0];

export const toUser = (row: UserColumns): User =>
  restoreUser({
    id: row.id,
    email: row.email,
    fullName: row.fullName,
    role: row.role,
    emailVerifiedAt: row.emailVerifiedAt,
    disabledAt: row.disabledAt,
    erasedAt: row.erasedAt,
    passwordHash: row.passwordHash,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

const fromUser = (user: User) => ({
  id: user.id,
  email: user.email,
  fullName: user.fullName,
  role: user.role,
  emailVerifiedAt: user.emailVerifiedAt,
  disabledAt: user.disabledAt,
  erasedAt: user.erasedAt,
  passwordHash: user.passwordHash,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
  version: user.version,
});

/** Turns a taken address into a conflict; every other violation is a defect and stays an error. */
const translate = (error: unknown): unknown =>
  violatedConstraint(error) === 'users_email_key' ? emailTaken() : error;

export const makeUserRepository = ({
  identityModels: { users },
  transaction,
}: {
  identityModels: IdentityModels;
  transaction: Transaction;
}): UserRepository => ({
  async find(id) {
    const row = await users.findOne({ where: { id, erasedAt: null }, transaction });
    return row === null ? undefined : toUser(row);
  },
  async lock(id) {
    const row = await users.findOne({
      where: { id, erasedAt: null },
      transaction,
      lock: transaction.LOCK.NO_KEY_UPDATE,
    });
    return row === null ? undefined : toUser(row);
  },
  async lockUserAndActiveAdmins(userId) {
    const rows = await users.findAll({
      where: { erasedAt: null, [Op.or]: [{ id: userId }, { role: 'admin', disabledAt: null }] },
      order: [['id', 'ASC']],
      transaction,
      lock: transaction.LOCK.NO_KEY_UPDATE,
    });
    const held = rows.map(toUser);
    return { user: held.find(({ id }) => id === userId), activeAdmins: held.filter(isActiveAdmin) };
  },
  async insert(user) {
    try {
      await users.create(fromUser(user), { transaction, returning: false });
    } catch (error) {
      throw translate(error);
    }
  },
  async save(user) {
    const saved = nextVersion(user);
    const where = { id: user.id, version: user.version };
    try {
      const [count] = await users.update(fromUser(saved), { where, transaction });
      if (count === 0) throw versionMismatch();
    } catch (error) {
      throw translate(error);
    }
    return saved;
  },
});
