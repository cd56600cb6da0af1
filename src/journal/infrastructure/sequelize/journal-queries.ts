import { toPage, type Page, type PageKey } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { withSerializedReply } from '../../../platform/database/serialized-reply.js';
import {
  NEWEST_COMMENTS,
  type CommentSubject,
  type CommentView,
  type JournalQueries,
  type PostFilter,
  type PostView,
  type QueuedComment,
  type RevisionView,
} from '../../application/ports.js';
import type { PostStatus } from '../../domain/post.js';
import { snippetOf } from '../../domain/snippet.js';
import { instantKey } from './columns.js';
import { joinSerializedComments, restorePostView, serializedPost } from './serialized-posts.js';
import { APPROVED, SHOWN, scopeValues, STATUS, VISIBLE } from './visible.js';

const COMMENT = `c.id, c.post_id AS "postId", c.parent_id AS "parentId", c.author_id AS "authorId", a.name AS "authorName",
  c.comment, c.html, c.html_version AS "htmlVersion", c.status, c.version, c.created_at AS "createdAt",
  c.edited_at AS "editedAt"`;
const COMMENTS = 'comments c JOIN public_users a ON a.id = c.author_id';
/** Instants as milliseconds since 1970, which JSON represents exactly. */
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const NEWEST = `
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'id', n.id, 'postId', n."postId", 'parentId', n."parentId", 'authorId', n."authorId", 'authorName', n."authorName",
      'comment', n.comment, 'html', n.html, 'htmlVersion', n."htmlVersion", 'status', n.status, 'version', n.version,
      'createdAt', ${ms('n."createdAt"')}, 'editedAt', ${ms('n."editedAt"')}
    ) ORDER BY n."createdAt" DESC, n.id DESC), '[]') AS comments
    FROM (
      SELECT ${COMMENT} FROM ${COMMENTS}
      WHERE c.post_id = p.id AND p.comment_policy <> 'hidden' AND ${APPROVED}
      ORDER BY c.created_at DESC, c.id DESC LIMIT ${NEWEST_COMMENTS}
    ) n
  ) latest ON true`;

const postColumns = (extra: readonly string[]): string =>
  [
    `p.id, p.slug, p.title, p.content, p.html, p.html_version AS "htmlVersion", p.tags, p.author_id AS "authorId",
     u.name AS "authorName", ${STATUS} AS status, p.visibility, p.comment_policy AS "commentPolicy",
     p.publish_at AS "publishAt", p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.sort_at AS "sortAt"`,
    ...extra,
  ].join(', ');

type CommentRow = Omit<CommentView, 'author'> & Readonly<{ authorId: string; authorName: string }>;
type CommentJson = Omit<CommentRow, 'createdAt' | 'editedAt'> &
  Readonly<{ createdAt: number; editedAt: number | null }>;
type PostRow = Omit<PostView, 'author' | 'rendered' | 'htmlVersions' | 'comments' | 'match'> &
  Readonly<{
    authorId: string;
    authorName: string;
    html: string;
    htmlVersion: number;
    sortAt: Date;
    comments?: readonly CommentJson[];
    plain?: string;
    rank?: number;
  }>;
type SerializedRow = Readonly<{
  id: string;
  sortAt: Date;
  htmlVersion: number;
  commentHtmlVersions?: readonly number[];
  json: string | null;
}>;

type QueuedRow = CommentRow & Readonly<{ reports: number }>;
type RevisionRow = Omit<RevisionView, 'by'> & Readonly<{ byId: string; byName: string }>;

const toCommentView = ({ authorId, authorName, ...row }: CommentRow): CommentView => ({
  id: row.id,
  postId: row.postId,
  parentId: row.parentId,
  author: { id: authorId, name: authorName },
  comment: row.comment,
  html: row.html,
  htmlVersion: row.htmlVersion,
  status: row.status,
  version: row.version,
  createdAt: row.createdAt,
  editedAt: row.editedAt,
});

const fromJson = (json: CommentJson): CommentView =>
  toCommentView({
    ...json,
    createdAt: new Date(json.createdAt),
    editedAt: json.editedAt === null ? null : new Date(json.editedAt),
  });

const toPostView = (row: PostRow, q?: string): PostView => ({
  id: row.id,
  slug: row.slug,
  title: row.title,
  content: row.content,
  rendered: { html: row.html, version: row.htmlVersion },
  htmlVersions: [row.htmlVersion, ...(row.comments ?? []).map(({ htmlVersion }) => htmlVersion)],
  tags: row.tags,
  author: { id: row.authorId, name: row.authorName },
  status: row.status,
  visibility: row.visibility,
  commentPolicy: row.commentPolicy,
  publishAt: row.publishAt,
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  ...(row.comments && { comments: row.comments.map(fromJson) }),
  ...(q !== undefined && row.plain !== undefined && { match: snippetOf(row.plain, q) }),
});

/** Numbers parameters as they are added, after those of the scope. */
function parameters(scope: Parameters<typeof scopeValues>[0]) {
  const values = [...scopeValues(scope)];
  return {
    values,
    add: (value: unknown, type: string): string => `$${values.push(value)}::${type}`,
  };
}

/** The name of a statement lists its filters, so that each combination is prepared once. */
const named = (name: string, parts: Readonly<Record<string, unknown>>, text: string): Statement => ({
  name: ['journal', name, ...Object.keys(parts).filter((part) => parts[part] !== undefined)].join('_'),
  text,
});

/**
 * The default page size is a literal of the statement. For a LIMIT parameter PostgreSQL estimates a tenth of the table,
 * rejects the generic plan as too expensive and plans each call, which took longer than the execution.
 */
const USUAL_LIMIT = 20;

/** Only published posts are read, so the statement can use the index on publish_at. */
const onlyPublished = (statuses: readonly PostStatus[]): boolean =>
  statuses.length === 1 && statuses[0] === 'published';

const rankKey = (after: PageKey | undefined): readonly [number | null, string | null] => {
  const [rank, id] = after ?? [];
  return after === undefined ? [null, null] : [Number(rank), String(id)];
};

const bySlugOrId = (key: Readonly<{ id: string } | { slug: string }>): string =>
  'id' in key
    ? 'p.id = $5::uuid'
    : 'p.id = (SELECT post_id FROM post_slugs WHERE post_slugs.slug = $5::text)';

export const makeJournalQueries = ({ database }: { database: Database }): JournalQueries => {
  type Asked = Readonly<{
    filter: PostFilter;
    scope: Parameters<typeof scopeValues>[0];
    page: Parameters<JournalQueries['posts']>[2];
  }>;
  /** Columns of the page's posts `p` and their authors `u`. */
  type Selection = Readonly<{
    name: string;
    select: string;
    join?: string;
    comments: boolean;
  }>;

  async function search<Row extends object>(
    { filter, scope, page: { limit, after } }: Asked,
    { name, select, join = '', comments }: Selection,
  ): Promise<Row[]> {
    const { statuses, authorId, tag, q } = filter;
    const { values, add } = parameters(scope);
    const published = onlyPublished(statuses);
    const conditions = [
      VISIBLE,
      published
        ? `p.status IN ('published', 'scheduled') AND p.publish_at <= $1::timestamptz`
        : `${STATUS} = ANY (${add(statuses, 'text[]')})`,
      ...(authorId === undefined ? [] : [`p.author_id = ${add(authorId, 'uuid')}`]),
      ...(tag === undefined ? [] : [`p.tags @> ARRAY[${add(tag, 'text')}]`]),
    ];
    const query = q === undefined ? '' : `websearch_to_tsquery('simple'::regconfig, ${add(q, 'text')})`;
    const rank = `ts_rank(p.search, ${query})::float8`;
    if (q !== undefined) conditions.push(`p.search @@ ${query}`);
    const [place, id] = q === undefined ? instantKey(after) : rankKey(after);
    const key = q === undefined ? 'p.sort_at' : rank;
    if (after !== undefined)
      conditions.push(
        `(${key}, p.id) < (${add(place, q === undefined ? 'timestamptz' : 'float8')}, ${add(id, 'uuid')})`,
      );
    const text = `
      WITH page AS MATERIALIZED (
        SELECT p.*${q === undefined ? '' : `, ${rank} AS rank`} FROM posts p
        WHERE ${conditions.join(' AND ')}
        ORDER BY ${key} DESC, p.id DESC LIMIT ${limit === USUAL_LIMIT ? USUAL_LIMIT + 1 : add(limit + 1, 'int')}
      )
      SELECT ${select}
      FROM page p JOIN public_users u ON u.id = p.author_id ${join}
      ORDER BY ${q === undefined ? 'p.sort_at' : 'p.rank'} DESC, p.id DESC`;
    const parts = {
      published: published || undefined,
      author: authorId,
      tag,
      q,
      after,
      comments: comments || undefined,
      usual: limit === USUAL_LIMIT || undefined,
    };
    return database.rows<Row>(named(name, parts, text), values);
  }

  async function serializedPosts({ filter, scope, page }: Asked, comments: boolean): Promise<Page<PostView>> {
    const rows = await search<SerializedRow>(
      { filter, scope, page },
      {
        name: 'serialized_posts',
        comments,
        select: `p.id, p.sort_at AS "sortAt", p.html_version AS "htmlVersion", ${serializedPost(comments)} AS json
          ${comments ? ', latest.versions AS "commentHtmlVersions"' : ''}`,
        join: comments ? joinSerializedComments(NEWEST_COMMENTS) : '',
      },
    );
    const { items, next } = toPage(rows, page.limit, ({ sortAt, id }) => [sortAt.getTime(), id]);
    const views = items.map(({ json, htmlVersion, commentHtmlVersions = [] }) => {
      const htmlVersions = [htmlVersion, ...commentHtmlVersions];
      return withSerializedReply<PostView>(json, (text) => restorePostView(text, htmlVersions), {
        htmlVersions,
      });
    });
    return { items: views, next };
  }

  async function searchedPosts(asked: Asked, q: string, comments: boolean): Promise<Page<PostView>> {
    const extra = ['p.plain', 'p.rank', ...(comments ? ['latest.comments'] : [])];
    const rows = await search<PostRow>(asked, {
      name: 'posts',
      select: postColumns(extra),
      join: comments ? NEWEST : '',
      comments,
    });
    const { items, next } = toPage(rows, asked.page.limit, ({ rank, id }) => [rank ?? 0, id]);
    return { items: items.map((row) => toPostView(row, q)), next };
  }

  return {
    posts(filter, scope, page, { comments = false } = {}) {
      const { q } = filter;
      const asked = { filter, scope, page };
      return q === undefined ? serializedPosts(asked, comments) : searchedPosts(asked, q, comments);
    },
    async post(key, scope, { comments = false } = {}) {
      const text = `
        SELECT ${postColumns(comments ? ['latest.comments'] : [])}
        FROM posts p JOIN public_users u ON u.id = p.author_id ${comments ? NEWEST : ''}
        WHERE ${VISIBLE} AND ${bySlugOrId(key)}`;
      const parts = { slug: 'slug' in key || undefined, comments: comments || undefined };
      const value = 'id' in key ? key.id : key.slug;
      const [row] = await database.rows<PostRow>(named('post', parts, text), [...scopeValues(scope), value]);
      return row && toPostView(row);
    },
    async revisions(postId, scope, { limit, after }) {
      const rows = await database.rows<RevisionRow | { number: null }>(REVISIONS, [
        ...scopeValues(scope),
        postId,
        after?.[0] ?? null,
        limit + 1,
      ]);
      if (rows.length === 0) return undefined;
      const found = rows.filter((row): row is RevisionRow => row.number !== null);
      const views = found.map(({ byId, byName, ...row }) => ({ ...row, by: { id: byId, name: byName } }));
      return toPage(views, limit, ({ number }) => [number]);
    },
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
    async record(userId) {
      const [row] = await database.rows<Readonly<{ record: Readonly<Record<string, readonly unknown[]>> }>>(
        RECORD,
        [userId],
      );
      const record = row?.record ?? {};
      return Object.values(record).some((part) => part.length > 0) ? record : undefined;
    },
  };
};

const REVISIONS: Statement = {
  name: 'journal_revisions',
  text: `
    SELECT r.* FROM posts p LEFT JOIN LATERAL (
      SELECT r.number, r.title, r.content, r.tags, r.by_user_id AS "byId", u.name AS "byName", r.created_at AS "createdAt"
      FROM post_revisions r JOIN public_users u ON u.id = r.by_user_id
      WHERE r.post_id = p.id AND ($6::int IS NULL OR r.number < $6)
      ORDER BY r.number DESC LIMIT $7
    ) r ON true
    WHERE ${VISIBLE} AND p.id = $5::uuid
    ORDER BY r.number DESC`,
};

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

const RECORD: Statement = {
  name: 'journal_record',
  text: `
    SELECT jsonb_build_object(
      'posts', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', p.id, 'slug', p.slug, 'title', p.title, 'content', p.content, 'tags', p.tags, 'status', p.status,
          'visibility', p.visibility, 'publishAt', p.publish_at, 'createdAt', p.created_at, 'updatedAt', p.updated_at
        ) ORDER BY p.id), '[]') FROM posts p WHERE p.author_id = $1
      ),
      'revisions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'postId', r.post_id, 'number', r.number, 'title', r.title, 'content', r.content, 'tags', r.tags,
          'createdAt', r.created_at
        ) ORDER BY r.post_id, r.number), '[]') FROM post_revisions r WHERE r.by_user_id = $1
      ),
      'comments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', c.id, 'postId', c.post_id, 'parentId', c.parent_id, 'comment', c.comment, 'status', c.status,
          'createdAt', c.created_at, 'editedAt', c.edited_at
        ) ORDER BY c.id), '[]') FROM comments c WHERE c.author_id = $1
      ),
      'reports', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'commentId', r.comment_id, 'reason', r.reason, 'createdAt', r.created_at
        ) ORDER BY r.id), '[]') FROM comment_reports r WHERE r.by_user_id = $1
      )
    ) AS record`,
};
