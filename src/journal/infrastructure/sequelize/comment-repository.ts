import { Op, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import { insertFromJson, toJsonRows } from '../../../platform/database/select-columns.js';
import type { CommentRepository } from '../../application/ports.js';
import { nextCommentVersion } from '../../domain/comment.js';
import { duplicateComment, invalidParent } from '../../domain/errors.js';
import { fromComment, toComment } from './columns.js';
import { commentReportAttributes } from './models/comment-report.js';
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

const REPORT: Statement = {
  name: 'journal_add_report',
  text: `${insertFromJson('comment_reports', commentReportAttributes(), '$1')}
    ON CONFLICT (comment_id, by_user_id) DO NOTHING RETURNING id`,
};

export const makeCommentRepository = ({
  journalModels: { comments, commenters, reports },
  transaction,
}: {
  journalModels: JournalModels;
  transaction: Transaction;
}): CommentRepository => {
  const database = makeTransactionDatabase(transaction);
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async lockCommenter(userId) {
      await commenters.bulkCreate([{ userId, trustedAt: null }], { ignoreDuplicates: true, transaction });
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
      const report = { id, commentId, byUserId: by, reason, createdAt, closedAt: null };
      const added = await database.rows(REPORT, [toJsonRows(commentReportAttributes(), [report])]);
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
