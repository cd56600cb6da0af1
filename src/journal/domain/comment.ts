import { MINUTE, later, plus } from '../../kernel/clock.js';
import { editWindowClosed, invalidTransition, tooManyComments } from './errors.js';
import { isProse, parseProse } from './prose.js';

export const COMMENT_STATUSES = ['pending', 'approved', 'hidden', 'spam', 'deleted'] as const;
export type CommentStatus = (typeof COMMENT_STATUSES)[number];

export const MAX_COMMENT = 5_000;
export const EDIT_WINDOW_MS = 15 * MINUTE;
/** A comment with more links needs a moderator's approval. */
const MAX_LINKS = 2;
/** This many reports set a comment back to pending. */
export const REPORTS_TO_PENDING = 3;
export const FLOOD = { comments: 10, windowMs: 10 * MINUTE };
export const MAX_REASON = 500;

/** `links` counts links, including those that the sanitizer removes. */
export type RenderedComment = Readonly<{ html: string; version: number; links: number }>;

declare const brand: unique symbol;
type State = {
  id: string;
  postId: string;
  parentId: string | null;
  authorId: string;
  /** Markdown source; null once deleted. */
  comment: string | null;
  html: string | null;
  htmlVersion: number;
  status: CommentStatus;
  /** When it was approved for the first time. */
  approvedAt: Date | null;
  editedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type Comment = Readonly<State> & { readonly [brand]: 'Comment' };

/** Builds a comment from stored values. Throws a plain Error for corrupt data. */
export function restoreComment(state: State): Comment {
  const { id, postId, parentId, authorId, comment, html, htmlVersion, status, approvedAt } = state;
  const { editedAt, createdAt, updatedAt, version } = state;
  const isDeleted = status === 'deleted';
  const isSound =
    COMMENT_STATUSES.includes(status) &&
    isDeleted === (comment === null) &&
    isDeleted === (html === null) &&
    (comment === null || isProse(comment, MAX_COMMENT)) &&
    (approvedAt !== null || (status !== 'approved' && status !== 'hidden')) &&
    parentId !== id &&
    updatedAt >= createdAt &&
    version >= 1;
  if (!isSound) throw new Error(`corrupt comment ${id}`);
  return Object.freeze({
    id,
    postId,
    parentId,
    authorId,
    comment,
    html,
    htmlVersion,
    status,
    approvedAt,
    editedAt,
    createdAt,
    updatedAt,
    version,
  }) as Comment;
}

/** 422 `validation` at /comment. */
export const parseComment = (text: string): string => parseProse(text, MAX_COMMENT, '/comment');

/** Equal for texts that differ only in white space and case. The database enforces it by a unique index. */
export const fingerprintOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').toLowerCase();

/** `trusted`: a moderator has approved a comment of the author. */
export type Standing = 'staff' | 'trusted' | 'new';

const initialStatus = (standing: Standing, links: number): 'approved' | 'pending' =>
  standing === 'staff' || (standing === 'trusted' && links <= MAX_LINKS) ? 'approved' : 'pending';

/** `text` has been parsed. */
export function newComment(
  {
    text,
    rendered,
    standing,
    ...rest
  }: Readonly<{
    id: string;
    postId: string;
    parentId: string | null;
    authorId: string;
    text: string;
    rendered: RenderedComment;
    standing: Standing;
  }>,
  now: Date,
): Comment {
  const status = initialStatus(standing, rendered.links);
  return restoreComment({
    ...rest,
    comment: text,
    html: rendered.html,
    htmlVersion: rendered.version,
    status,
    approvedAt: status === 'approved' ? now : null,
    editedAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });
}

const NEXT: Readonly<Record<CommentStatus, readonly CommentStatus[]>> = {
  pending: ['approved', 'spam', 'deleted'],
  approved: ['hidden'],
  hidden: ['approved'],
  spam: ['approved'],
  deleted: [],
};

/** conflict `invalid-transition` */
export function moderateComment(comment: Comment, to: 'approved' | 'hidden' | 'spam', now: Date): Comment {
  const allowed = NEXT[comment.status];
  if (!allowed.includes(to)) throw invalidTransition(comment.status, to, allowed);
  return restoreComment({
    ...comment,
    status: to,
    approvedAt: to === 'approved' ? (comment.approvedAt ?? now) : comment.approvedAt,
    updatedAt: later(comment.updatedAt, now),
  });
}

/** An approved comment with enough reports needs a moderator's approval again. */
export const backToPending = (comment: Comment, now: Date): Comment =>
  restoreComment({ ...comment, status: 'pending', updatedAt: later(comment.updatedAt, now) });

/**
 * Authors can change and delete a comment for 15 minutes, unless a moderator has taken it down.
 * conflict `edit-window-closed`
 */
export function assertOpenToAuthor(comment: Comment, now: Date): void {
  const deadline = plus(comment.createdAt, EDIT_WINDOW_MS);
  if (now > deadline) throw editWindowClosed(deadline);
  if (comment.status !== 'pending' && comment.status !== 'approved') throw editWindowClosed(null);
}

/** An edit that adds too many links sets the comment back to pending, unless staff edit it. `text` has been parsed. */
export function editComment(
  comment: Comment,
  { text, rendered, byStaff }: Readonly<{ text: string; rendered: RenderedComment; byStaff: boolean }>,
  now: Date,
): Comment {
  if (comment.status === 'deleted') throw editWindowClosed(null);
  const needsApproval = comment.status === 'approved' && !byStaff && rendered.links > MAX_LINKS;
  return restoreComment({
    ...comment,
    comment: text,
    html: rendered.html,
    htmlVersion: rendered.version,
    status: needsApproval ? 'pending' : comment.status,
    editedAt: now,
    updatedAt: later(comment.updatedAt, now),
  });
}

/** Erases the text; the row stays for its replies and for the limit of comments. */
export const deleteComment = (comment: Comment, now: Date): Comment =>
  restoreComment({
    ...comment,
    comment: null,
    html: null,
    status: 'deleted',
    updatedAt: later(comment.updatedAt, now),
  });

/** 429 with the time to wait when `recent`, the author's comments of the last ten minutes, reach the limit. */
export function assertNoFlood(recent: readonly Date[], now: Date): void {
  if (recent.length < FLOOD.comments) return;
  const times = recent.map((at) => at.getTime()).sort((a, b) => b - a);
  const oldestCounted = times[FLOOD.comments - 1] ?? now.getTime();
  throw tooManyComments(Math.max(1, Math.ceil((oldestCounted + FLOOD.windowMs - now.getTime()) / 1_000)));
}

/** The saved comment: its next version. Only repositories call this. */
export const nextCommentVersion = (comment: Comment): Comment =>
  restoreComment({ ...comment, version: comment.version + 1 });
