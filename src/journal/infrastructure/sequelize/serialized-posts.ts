import {
  array,
  instant,
  nullable,
  object,
  plain,
  quoted,
  text,
  type JsonExpression,
} from '../../../platform/database/json-expressions.js';
import type { CommentView, PostView } from '../../application/ports.js';
import { APPROVED, STATUS } from './visible.js';

const named = (id: string, name: string): JsonExpression => object({ id: quoted(id), name: text(name) });

const comment = object({
  id: quoted('n.id'),
  postId: quoted('n.post_id'),
  parentId: nullable(quoted('n.parent_id')),
  author: named('n.author_id', 'n.author_name'),
  comment: nullable(text('n.comment')),
  html: nullable(text('n.html')),
  status: quoted('n.status'),
  version: plain('n.version'),
  createdAt: instant('n.created_at'),
  editedAt: nullable(instant('n.edited_at')),
});

/**
 * Joins `latest` to `posts p`: its newest visible comments as `json`, and as `versions` the version of the renderer that
 * made the HTML of each.
 */
export const joinSerializedComments = (count: number): string => `
  CROSS JOIN LATERAL (
    SELECT '[' || coalesce(string_agg(${comment.sql}, ',' ORDER BY n.created_at DESC, n.id DESC), '') || ']' AS json,
      coalesce(array_agg(n.html_version ORDER BY n.created_at DESC, n.id DESC), '{}') AS versions
    FROM (
      SELECT c.*, a.name AS author_name FROM comments c JOIN public_users a ON a.id = c.author_id
      WHERE c.post_id = p.id AND p.comment_policy <> 'hidden' AND ${APPROVED}
      ORDER BY c.created_at DESC, c.id DESC LIMIT ${count}
    ) AS n
  ) AS latest`;

/** SQL for the API's Post without `match`, over `posts p`, `public_users u` and, with comments, `joinSerializedComments`. */
export const serializedPost = (comments: boolean): string =>
  object({
    id: quoted('p.id'),
    slug: quoted('p.slug'),
    title: text('p.title'),
    content: text('p.content'),
    html: text('p.html'),
    tags: array('p.tags'),
    author: named('p.author_id', 'u.name'),
    status: quoted(`(${STATUS})`),
    visibility: quoted('p.visibility'),
    commentPolicy: quoted('p.comment_policy'),
    publishAt: nullable(instant('p.publish_at')),
    ...(comments && { comments: { sql: 'latest.json' } }),
    version: plain('p.version'),
    createdAt: instant('p.created_at'),
    updatedAt: instant('p.updated_at'),
  }).sql;

/** Post and Comment after JSON.parse. */
type CommentJson = Omit<CommentView, 'createdAt' | 'editedAt' | 'htmlVersion'> &
  Readonly<{ createdAt: string; editedAt: string | null }>;
type PostJson = Omit<
  PostView,
  'rendered' | 'htmlVersions' | 'comments' | 'match' | 'publishAt' | 'createdAt' | 'updatedAt'
> &
  Readonly<{
    html: string;
    publishAt: string | null;
    comments?: readonly CommentJson[];
    createdAt: string;
    updatedAt: string;
  }>;

const instantOrNull = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));

/** The read model that `serializedPost` has serialized; the versions of its HTML are not part of the reply. */
export function restorePostView(json: string, htmlVersions: readonly number[]): PostView {
  const { html, comments, ...post } = JSON.parse(json) as PostJson;
  const [version = 0, ...versions] = htmlVersions;
  return {
    ...post,
    rendered: { html, version },
    htmlVersions,
    publishAt: instantOrNull(post.publishAt),
    ...(comments && {
      comments: comments.map((comment, index) => ({
        ...comment,
        htmlVersion: versions[index] ?? 0,
        createdAt: new Date(comment.createdAt),
        editedAt: instantOrNull(comment.editedAt),
      })),
    }),
    createdAt: new Date(post.createdAt),
    updatedAt: new Date(post.updatedAt),
  };
}
