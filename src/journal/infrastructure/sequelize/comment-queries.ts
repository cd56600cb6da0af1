import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List, type SortKey } from '../../../platform/database/list-statement.js';
import type { JournalQueries, QueuedComment, QueueFilter } from '../../application/ports.js';
import { COMMENT, COMMENTS, toCommentView, type CommentRow } from './comment-rows.js';
import type { JournalModels } from './models.js';
import { scopeValues, SHOWN, VISIBLE } from './visible.js';

type QueuedRow = CommentRow & Readonly<{ reports: number }>;

/** The page key of comments. */
const SORT_KEYS: readonly SortKey[] = [
  { sql: 'c.created_at', type: 'timestamptz' },
  { sql: 'c.id', type: 'uuid' },
];

/** A post without comments is one row of NULLs; no row means that the post is not visible. */
const COMMENTS_OF_POST: List<object> = {
  name: 'journal_comments_of_post',
  always: ['c.post_id = p.id', SHOWN],
  filters: {},
  sortKeys: SORT_KEYS,
  text: ({ where, orderBy, limit }) => `
    SELECT c.* FROM posts p LEFT JOIN LATERAL (
      SELECT ${COMMENT} FROM ${COMMENTS} ${where} ${orderBy} ${limit}
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

const QUEUE: List<QueueFilter> = {
  name: 'journal_queue',
  filters: {
    statuses: (statuses, bind) => `c.status = ANY (${bind(statuses)}::text[])`,
    postId: (id, bind) => `c.post_id = ${bind(id)}::uuid`,
  },
  sortKeys: SORT_KEYS,
  text: ({ where, orderBy, limit }) => `
    SELECT ${COMMENT}, (
      SELECT count(*)::int FROM comment_reports r WHERE r.comment_id = c.id AND r.closed_at IS NULL
    ) AS reports
    FROM ${COMMENTS} ${where} ${orderBy} ${limit}`,
};

export const makeCommentQueries = ({
  database,
  journalModels: { comments, posts },
}: {
  database: Database;
  journalModels: JournalModels;
}): Pick<JournalQueries, 'comments' | 'shownComment' | 'comment' | 'queue' | 'commentSubject'> => ({
  async comments(postId, scope, page) {
    const parameters = [...scopeValues(scope), postId];
    const request = { parameters, filter: {}, page, direction: 'ASC' } as const;
    const { statement, values } = listStatement(COMMENTS_OF_POST, request);
    const rows = await database.rows<CommentRow | { id: null }>(statement, values);
    if (rows.length === 0) return undefined;
    const found = rows.filter((row): row is CommentRow => row.id !== null).map(toCommentView);
    return toPage(found, page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
  },
  async shownComment(id, scope) {
    const [row] = await database.rows<CommentRow>(SHOWN_COMMENT, [...scopeValues(scope), id]);
    return row && toCommentView(row);
  },
  async comment(id) {
    const [row] = await database.rows<CommentRow>(ANY_COMMENT, [id]);
    return row && toCommentView(row);
  },
  async queue(filter, page) {
    const { statement, values } = listStatement(QUEUE, { filter, page, direction: 'ASC' });
    const rows = await database.rows<QueuedRow>(statement, values);
    const views = rows.map((row): QueuedComment => ({ ...toCommentView(row), reports: row.reports }));
    return toPage(views, page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
  },
  async commentSubject(id) {
    const comment = await comments.findByPk(id, { include: [{ model: posts, as: 'post', required: true }] });
    if (comment?.post === undefined) return undefined;
    const { status, authorId, post } = comment;
    return {
      status,
      postTitle: post.title,
      postSlug: post.slug,
      postAuthorId: post.authorId,
      commentAuthorId: authorId,
    };
  },
});
