import { notFound } from '../../kernel/errors.js';
import type { Comment } from '../domain/comment.js';
import { audienceOf, isStaff, type Viewer } from '../domain/viewer.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import type { CommentRepository, CommentView, JournalQueries } from './ports.js';

/**
 * What the viewer is shown of it: like everybody what is approved; one's own, and all to staff, in other states too, but
 * of what is deleted nobody is shown more than its place.
 */
export async function findShown(
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

/** The comment under lock, for its author or staff; not_found for others, stale. */
export async function lockOwn(
  comments: CommentRepository,
  {
    caller,
    commentId,
    expectedVersion,
  }: Readonly<{ caller: Viewer; commentId: string; expectedVersion: ExpectedVersion }>,
): Promise<Comment> {
  const comment = await comments.lock(commentId);
  if (comment === undefined || comment.status === 'deleted') throw notFound('comment');
  if (!isStaff(caller) && comment.authorId !== caller?.userId) throw notFound('comment');
  assertVersion(expectedVersion, comment);
  return comment;
}

/** What has just been written. */
export async function readBackComment(journalQueries: JournalQueries, id: string): Promise<CommentView> {
  const view = await journalQueries.comment(id);
  if (view === undefined) throw new Error(`comment ${id} is gone while it is written`);
  return view;
}
