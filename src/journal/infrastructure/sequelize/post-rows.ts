import type { CommentView, PostView } from '../../application/ports.js';
import { snippetOf } from '../../domain/snippet.js';
import { columns, jsonFields } from '../../../platform/database/select-columns.js';
import { toCommentView, UNSEEN, type CommentRow } from './comment-rows.js';
import { commentAttributes } from './models/comment.js';
import { postAttributes } from './models/post.js';
import { NEWEST_COMMENTS_OF_POST } from './newest-comments.js';
import { STATUS } from './visible.js';

/** Joins `latest` to `posts p`: its newest visible comments as `comments`. */
export const NEWEST = `
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_agg(
      jsonb_build_object(${jsonFields(commentAttributes(), 'n', { omit: UNSEEN })}, 'authorName', n.author_name)
      ORDER BY n.created_at DESC, n.id DESC), '[]') AS comments
    FROM (${NEWEST_COMMENTS_OF_POST}) n
  ) latest ON true`;

const COLUMNS = columns(postAttributes(), 'p', { omit: ['plain', 'status', 'revision'] });

export const postColumns = (extra: readonly string[]): string =>
  [COLUMNS, 'u.name AS "authorName"', `${STATUS} AS status`, 'p.sort_at AS "sortAt"', ...extra].join(', ');

type CommentJson = Omit<CommentRow, 'createdAt' | 'editedAt'> &
  Readonly<{ createdAt: string; editedAt: string | null }>;
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
