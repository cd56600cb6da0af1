import { columns } from '../../../platform/database/select-columns.js';
import type { CommentView } from '../../application/ports.js';
import { commentAttributes } from './models/comment.js';

/** The columns of a comment that no view contains. */
export const UNSEEN = ['approvedAt', 'updatedAt'] as const;
export const COMMENT = `${columns(commentAttributes(), 'c', { omit: UNSEEN })}, a.name AS "authorName"`;
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
