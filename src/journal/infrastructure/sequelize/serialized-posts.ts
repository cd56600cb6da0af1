import {
  array,
  instant,
  itemsOf,
  listOf,
  nullable,
  object,
  plain,
  quoted,
  text,
  type JsonExpression,
} from '../../../platform/database/json-expressions.js';
import { columnNames } from '../../../platform/database/select-columns.js';
import type { CommentView, PostView } from '../../application/ports.js';
import { commentAttributes } from './models/comment.js';
import { postAttributes } from './models/post.js';
import { NEWEST_COMMENTS_OF_POST } from './newest-comments.js';
import { STATUS } from './visible.js';

const named = (id: string, name: string): JsonExpression => object({ id: quoted(id), name: text(name) });

const n = columnNames(commentAttributes(), 'n');
const p = columnNames(postAttributes(), 'p');

const comment = object({
  id: quoted(n.id),
  postId: quoted(n.postId),
  parentId: nullable(quoted(n.parentId)),
  author: named(n.authorId, 'n.author_name'),
  comment: nullable(text(n.comment)),
  html: nullable(text(n.html)),
  status: quoted(n.status),
  version: plain(n.version),
  createdAt: instant(n.createdAt),
  editedAt: nullable(instant(n.editedAt)),
});

/**
 * Joins `latest` to `posts p`: its newest visible comments as `items`, and as `versions` the version of the renderer that
 * made the HTML of each.
 */
export const JOIN_SERIALIZED_COMMENTS = `
  CROSS JOIN LATERAL (
    SELECT ${itemsOf(comment, 'n.created_at DESC, n.id DESC')} AS items,
      coalesce(array_agg(n.html_version ORDER BY n.created_at DESC, n.id DESC), '{}') AS versions
    FROM (${NEWEST_COMMENTS_OF_POST}) AS n
  ) AS latest`;

/** SQL for the API's Post without `match`, over `posts p`, `public_users u` and, with comments, `JOIN_SERIALIZED_COMMENTS`. */
export const serializedPost = (comments: boolean): JsonExpression =>
  object({
    id: quoted(p.id),
    slug: quoted(p.slug),
    title: text(p.title),
    content: text(p.content),
    html: text(p.html),
    tags: array(p.tags),
    author: named(p.authorId, 'u.name'),
    status: quoted(`(${STATUS})`),
    visibility: quoted(p.visibility),
    commentPolicy: quoted(p.commentPolicy),
    publishAt: nullable(instant(p.publishAt)),
    ...(comments && { comments: listOf(comment, 'latest.items') }),
    version: plain(p.version),
    createdAt: instant(p.createdAt),
    updatedAt: instant(p.updatedAt),
  });

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
