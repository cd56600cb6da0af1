import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { CommentSubject, JournalQueries, QueuedComment } from '../../application/ports.js';
import { instantKey } from '../../../platform/database/keyset.js';
import { COMMENT, COMMENTS, toCommentView, type CommentRow } from './comment-rows.js';
import { scopeValues, SHOWN, VISIBLE } from './visible.js';

type QueuedRow = CommentRow & Readonly<{ reports: number }>;

const COMMENTS_OF_POST: Statement = {
  name: 'journal_comments_of_post',
  text: `
    SELECT c.* FROM posts p LEFT JOIN LATERAL (
      SELECT ${COMMENT} FROM ${COMMENTS}
      WHERE c.post_id = p.id AND ${SHOWN} AND ($6::timestamptz IS NULL OR (c.created_at, c.id) > ($6, $7::uuid))
      ORDER BY c.created_at, c.id LIMIT $8
    ) c ON true
    WHERE ${VISIBLE} AND p.id = $5::uuid
    ORDER BY c."createdAt", c.id`,
};

const SHOWN_COMMENT: Statement = {
  name: 'journal_shown_comment',
  text: `SELECT ${COMMENT} FROM ${COMMENTS} JOIN posts p ON p.id = c.post_id WHERE ${VISIBLE} AND ${SHOWN} AND c.id = $5::uuid`,
};

const ANY_COMMENT: Statement = {
  name: 'journal_comment',
  text: `SELECT ${COMMENT} FROM ${COMMENTS} WHERE c.id = $1`,
};

const QUEUE: Statement = {
  name: 'journal_queue',
  text: `
    SELECT ${COMMENT}, (
      SELECT count(*)::int FROM comment_reports r WHERE r.comment_id = c.id AND r.closed_at IS NULL
    ) AS reports
    FROM ${COMMENTS}
    WHERE c.status = ANY ($1::text[]) AND ($2::uuid IS NULL OR c.post_id = $2)
      AND ($3::timestamptz IS NULL OR (c.created_at, c.id) > ($3, $4::uuid))
    ORDER BY c.created_at, c.id LIMIT $5`,
};

const SUBJECT: Statement = {
  name: 'journal_comment_subject',
  text: `
    SELECT c.status, p.title AS "postTitle", p.slug AS "postSlug", p.author_id AS "postAuthorId",
      c.author_id AS "commentAuthorId"
    FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.id = $1`,
};

export const makeCommentQueries = ({
  database,
}: {
  database: Database;
}): Pick<JournalQueries, 'comments' | 'shownComment' | 'comment' | 'queue' | 'commentSubject'> => ({
  async comments(postId, scope, { limit, after }) {
    const values = [...scopeValues(scope), postId, ...instantKey(after), limit + 1];
    const rows = await database.rows<CommentRow | { id: null }>(COMMENTS_OF_POST, values);
    if (rows.length === 0) return undefined;
    const found = rows.filter((row): row is CommentRow => row.id !== null).map(toCommentView);
    return toPage(found, limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
  },
  async shownComment(id, scope) {
    const [row] = await database.rows<CommentRow>(SHOWN_COMMENT, [...scopeValues(scope), id]);
    return row && toCommentView(row);
  },
  async comment(id) {
    const [row] = await database.rows<CommentRow>(ANY_COMMENT, [id]);
    return row && toCommentView(row);
  },
  async queue({ statuses, postId }, { limit, after }) {
    const values = [statuses, postId ?? null, ...instantKey(after), limit + 1];
    const rows = await database.rows<QueuedRow>(QUEUE, values);
    const views = rows.map((row): QueuedComment => ({ ...toCommentView(row), reports: row.reports }));
    return toPage(views, limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
  },
  async commentSubject(id) {
    const [row] = await database.rows<CommentSubject>(SUBJECT, [id]);
    return row;
  },
});
