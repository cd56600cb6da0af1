import { NEWEST_COMMENTS, type CommentView, type PostView } from '../../application/ports.js';
import { snippetOf } from '../../domain/snippet.js';
import { COMMENT, COMMENTS, toCommentView, type CommentRow } from './comment-rows.js';
import { APPROVED, STATUS } from './visible.js';

/** Instants as milliseconds since 1970, which JSON represents exactly. */
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
/** Joins `latest` to `posts p`: its newest visible comments as `comments`. */
export const NEWEST = `
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

export const postColumns = (extra: readonly string[]): string =>
  [
    `p.id, p.slug, p.title, p.content, p.html, p.html_version AS "htmlVersion", p.tags, p.author_id AS "authorId",
     u.name AS "authorName", ${STATUS} AS status, p.visibility, p.comment_policy AS "commentPolicy",
     p.publish_at AS "publishAt", p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.sort_at AS "sortAt"`,
    ...extra,
  ].join(', ');

type CommentJson = Omit<CommentRow, 'createdAt' | 'editedAt'> &
  Readonly<{ createdAt: number; editedAt: number | null }>;
export type PostRow = Omit<PostView, 'author' | 'rendered' | 'htmlVersions' | 'comments' | 'match'> &
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

const fromJson = (json: CommentJson): CommentView =>
  toCommentView({
    ...json,
    createdAt: new Date(json.createdAt),
    editedAt: json.editedAt === null ? null : new Date(json.editedAt),
  });

export const toPostView = (row: PostRow, q?: string): PostView => ({
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
