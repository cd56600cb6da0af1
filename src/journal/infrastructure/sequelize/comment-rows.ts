import type { CommentView } from '../../application/ports.js';

export const COMMENT = `c.id, c.post_id AS "postId", c.parent_id AS "parentId", c.author_id AS "authorId", a.name AS "authorName",
  c.comment, c.html, c.html_version AS "htmlVersion", c.status, c.version, c.created_at AS "createdAt",
  c.edited_at AS "editedAt"`;
export const COMMENTS = 'comments c JOIN public_users a ON a.id = c.author_id';

export type CommentRow = Omit<CommentView, 'author'> & Readonly<{ authorId: string; authorName: string }>;

export const toCommentView = ({ authorId, authorName, ...row }: CommentRow): CommentView => ({
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
