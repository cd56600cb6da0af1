import {
  array,
  instant,
  listOf,
  nullable,
  object,
  optional,
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

/** The newest comments that are shown, of `posts p`. */
const newest = (count: number): string => `(
    SELECT c.*, a.name AS author_name FROM comments c JOIN public_users a ON a.id = c.author_id
    WHERE c.post_id = p.id AND p.comment_policy <> 'hidden' AND ${APPROVED}
    ORDER BY c.created_at DESC, c.id DESC LIMIT ${count}
  ) AS n`;

/** The API's Post without `match`, of `posts p` and `public_users u`, with so many comments (null: without any). */
export const printedPost = (comments: number | null): string =>
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
    ...(comments !== null && {
      comments: optional(listOf(comment, { from: newest(comments), order: 'n.created_at DESC, n.id DESC' })),
    }),
    version: plain('p.version'),
    createdAt: instant('p.created_at'),
    updatedAt: instant('p.updated_at'),
  }).sql;

/** Whether any of the HTML that is printed was made by another version of the renderer than `$parameter`. */
export const isStale = (comments: number | null, parameter: string): string =>
  comments === null
    ? `p.html_version <> ${parameter}`
    : `(p.html_version <> ${parameter} OR EXISTS (
        SELECT FROM comments c WHERE c.post_id = p.id AND c.html_version <> ${parameter} AND c.comment IS NOT NULL
      ))`;
