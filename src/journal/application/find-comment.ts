import { notFound } from '../../kernel/errors.js';
import type { Comment } from '../domain/comment.js';
import { audienceOf, isStaff, type Viewer } from '../domain/viewer.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { CommentRepository, CommentView, JournalQueries } from './ports.js';

/** An attempt to change or delete a comment. */
export type CommentAttempt = Readonly<{
  caller: Exclude<Viewer, null>;
  commentId: string;
  expectedVersion: ExpectedVersion;
}>;

/**
 * Finds a comment that the viewer can see. Everybody sees approved comments of visible posts and the empty entries of
 * deleted ones with replies; authors also see their own comments in other states, and staff see all of them. not_found.
 */
export async function findVisibleComment(
  journalQueries: JournalQueries,
  { viewer, commentId, now }: Readonly<{ viewer: Viewer; commentId: string; now: Date }>,
): Promise<CommentView> {
  const shown = await journalQueries.shownComment(commentId, { audience: audienceOf(viewer), now });
  if (shown !== undefined) return shown;
  const view = viewer === null ? undefined : await journalQueries.comment(commentId);
  if (view === undefined || view.status === 'deleted') throw notFound('comment');
  if (!isStaff(viewer) && view.author.id !== viewer?.userId) throw notFound('comment');
  return view;
}

/** Locks a comment for its author or staff; not_found for others, stale. */
export async function lockToChange(
  comments: CommentRepository,
  { caller, commentId, expectedVersion }: CommentAttempt,
): Promise<Comment> {
  const comment = await comments.lock(commentId);
  if (comment === undefined || comment.status === 'deleted') throw notFound('comment');
  if (!isStaff(caller) && comment.authorId !== caller.userId) throw notFound('comment');
  assertVersion(comment, expectedVersion);
  return comment;
}

/** Reads a comment that this unit of work has written. */
export async function readBackComment(journalQueries: JournalQueries, id: string): Promise<CommentView> {
  const view = await journalQueries.comment(id);
  if (view === undefined) throw new Error(`comment ${id} disappeared within its transaction`);
  return view;
}
