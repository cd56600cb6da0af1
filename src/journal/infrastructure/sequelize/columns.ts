import { restoreComment, type Comment } from '../../domain/comment.js';
import { restorePost, type Post } from '../../domain/post.js';
import type { CommentColumns, PostColumns } from './models.js';

export const toPost = (row: PostColumns): Post =>
  restorePost({
    id: row.id,
    authorId: row.authorId,
    slug: row.slug,
    title: row.title,
    content: row.content,
    rendered: { html: row.html, plain: row.plain, version: row.htmlVersion },
    tags: row.tags,
    status: row.status,
    visibility: row.visibility,
    commentPolicy: row.commentPolicy,
    publishAt: row.publishAt,
    revision: row.revision,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

export const fromPost = ({ rendered, tags, ...post }: Post): PostColumns => ({
  id: post.id,
  authorId: post.authorId,
  slug: post.slug,
  title: post.title,
  content: post.content,
  html: rendered.html,
  plain: rendered.plain,
  htmlVersion: rendered.version,
  tags: [...tags],
  status: post.status,
  visibility: post.visibility,
  commentPolicy: post.commentPolicy,
  publishAt: post.publishAt,
  revision: post.revision,
  createdAt: post.createdAt,
  updatedAt: post.updatedAt,
  version: post.version,
});

export const toComment = (row: CommentColumns): Comment =>
  restoreComment({
    id: row.id,
    postId: row.postId,
    parentId: row.parentId,
    authorId: row.authorId,
    comment: row.comment,
    html: row.html,
    htmlVersion: row.htmlVersion,
    status: row.status,
    approvedAt: row.approvedAt,
    editedAt: row.editedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

export const fromComment = (comment: Comment): CommentColumns => ({ ...comment });
