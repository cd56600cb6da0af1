import {
  array,
  instant,
  nullable,
  object,
  plain,
  quoted,
  text,
  type Printing,
} from '../../../platform/database/printing.js';
import { APPROVED, STATUS } from './visible.js';

const named = (id: string, name: string): Printing => object({ id: quoted(id), name: text(name) });

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
 * Joins `latest` to `posts p`: the newest comments that are shown as `json`, and which versions of the renderer have made
 * their HTML as `versions`, the first of them where there are none.
 */
export const printedComments = (count: number): string => `
  CROSS JOIN LATERAL (
    SELECT '[' || coalesce(string_agg(${comment.sql}, ',' ORDER BY n.created_at DESC, n.id DESC), '') || ']' AS json,
      coalesce(array_agg(DISTINCT n.html_version), ARRAY[p.html_version]) AS versions
    FROM (
      SELECT c.*, a.name AS author_name FROM comments c JOIN public_users a ON a.id = c.author_id
      WHERE c.post_id = p.id AND p.comment_policy <> 'hidden' AND ${APPROVED}
      ORDER BY c.created_at DESC, c.id DESC LIMIT ${count}
    ) AS n
  ) AS latest`;

/** The API's Post without `match`, of `posts p` and `public_users u`, with `printedComments` or without. */
export const printedPost = (comments: boolean): string =>
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
