import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { SessionRepository } from '../../application/ports.js';
import { restoreSession, type Session } from '../../domain/session.js';
import type { IdentityModels, SessionRow } from './models.js';
import { purge } from './purge.js';

const toSession = (row: SessionRow): Session =>
  restoreSession({
    id: row.id,
    userId: row.userId,
    generation: row.generation,
    tokenHash: row.tokenHash,
    previousTokenHash: row.previousTokenHash,
    nonce: row.nonce,
    rotatedAt: row.rotatedAt,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    absoluteExpiresAt: row.absoluteExpiresAt,
    endedAt: row.endedAt,
    endReason: row.endReason,
    ip: row.ip,
    userAgent: row.userAgent,
  });

const fromSession = (session: Session) => ({
  id: session.id,
  userId: session.userId,
  generation: session.generation,
  tokenHash: session.tokenHash,
  previousTokenHash: session.previousTokenHash,
  nonce: session.nonce,
  rotatedAt: session.rotatedAt,
  createdAt: session.createdAt,
  lastUsedAt: session.lastUsedAt,
  expiresAt: session.expiresAt,
  absoluteExpiresAt: session.absoluteExpiresAt,
  endedAt: session.endedAt,
  endReason: session.endReason,
  ip: session.ip,
  userAgent: session.userAgent,
});

export const makeSessionRepository = ({
  identityModels: { sessions },
  sequelize,
  transaction,
}: {
  identityModels: IdentityModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): SessionRepository => {
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async lock(id) {
      const row = await sessions.findByPk(id, { transaction, lock });
      return row === null ? undefined : toSession(row);
    },
    async insert(session) {
      await sessions.create(fromSession(session), { transaction, returning: false });
    },
    async save(session) {
      await sessions.update(fromSession(session), { where: { id: session.id }, transaction });
    },
    async endAll(userId, { reason, at, keepSessionId }) {
      const open = await sessions.findAll({
        attributes: ['id'],
        where: {
          userId,
          endedAt: null,
          ...(keepSessionId !== undefined && { id: { [Op.ne]: keepSessionId } }),
        },
        order: [['id', 'ASC']],
        transaction,
        lock,
      });
      const ids = open.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await sessions.update(
        { endedAt: at, endReason: reason },
        { where: { id: { [Op.in]: ids } }, transaction },
      );
      return ids.length;
    },
    purge: (before, limit) => purge({ sequelize, transaction }, 'sessions', before, limit),
  };
};
