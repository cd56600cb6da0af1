import { Op, QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { CommentRepository } from '../../application/ports.js';
import { nextCommentVersion } from '../../domain/comment.js';
import { duplicateComment, invalidParent } from '../../domain/errors.js';
import { fromComment, toComment } from './columns.js';
import type { JournalModels } from './models.js';

/** Violated constraints are errors of the client, also when a concurrent request invalidated an earlier check. */
function translate(error: unknown): unknown {
  switch (violatedConstraint(error) ?? '') {
    case 'comments_once_key':
      return duplicateComment();
    case 'comments_parent_fkey':
      return invalidParent();
    default:
      return error;
  }
}

const MAKE_COMMENTER = 'INSERT INTO commenters (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING';
const REPORT = `
  INSERT INTO comment_reports (id, comment_id, by_user_id, reason, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (comment_id, by_user_id) DO NOTHING RETURNING id`;

export const makeCommentRepository = ({
  journalModels: { comments, commenters, reports },
  sequelize,
  transaction,
}: {
  journalModels: JournalModels;
  sequelize: Sequelize;
  transaction: Transaction;
}): CommentRepository => {
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async lockCommenter(userId) {
      await sequelize.query(MAKE_COMMENTER, { bind: [userId], type: QueryTypes.RAW, transaction });
      const row = await commenters.findByPk(userId, { transaction, lock });
      return { trustedAt: row?.trustedAt ?? null };
    },
    async setTrusted(userId, trustedAt) {
      await commenters.update({ trustedAt }, { where: { userId }, transaction });
    },
    async writtenSince(userId, since) {
      const rows = await comments.findAll({
        attributes: ['createdAt'],
        where: { authorId: userId, createdAt: { [Op.gt]: since } },
        transaction,
      });
      return rows.map(({ createdAt }) => createdAt);
    },
    async find(id) {
      const row = await comments.findByPk(id, { transaction });
      return row === null ? undefined : toComment(row);
    },
    async lock(id) {
      const row = await comments.findByPk(id, { transaction, lock });
      return row === null ? undefined : toComment(row);
    },
    async insert(comment) {
      try {
        await comments.create(fromComment(comment), { transaction, returning: false });
      } catch (error) {
        throw translate(error);
      }
    },
    async save(comment) {
      const saved = nextCommentVersion(comment);
      const where = { id: comment.id, version: comment.version };
      try {
        const [count] = await comments.update(fromComment(saved), { where, transaction });
        if (count === 0) throw versionMismatch();
      } catch (error) {
        throw translate(error);
      }
      return saved;
    },
    async addReport({ id, commentId, by, reason, createdAt }) {
      const added = await sequelize.query(REPORT, {
        bind: [id, commentId, by, reason, createdAt],
        type: QueryTypes.SELECT,
        transaction,
      });
      return added.length > 0;
    },
    openReports: (commentId) => reports.count({ where: { commentId, closedAt: null }, transaction }),
    async closeReports(commentId, now) {
      await reports.update({ closedAt: now }, { where: { commentId, closedAt: null }, transaction });
    },
    async lockUnpublishedBy(userId) {
      const rows = await comments.findAll({
        where: { authorId: userId, approvedAt: null, status: { [Op.ne]: 'deleted' } },
        order: [['id', 'ASC']],
        transaction,
        lock,
      });
      return rows.map(toComment);
    },
    async deleteReportReasons(userId) {
      await reports.update({ reason: null }, { where: { byUserId: userId }, transaction });
    },
  };
};
