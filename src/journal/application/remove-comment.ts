import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertOpenToAuthor, deleteComment } from '../domain/comment.js';
import { isStaff } from '../domain/viewer.js';
import { lockToChange, type CommentAttempt } from './find-comment.js';
import type { JournalPorts } from './ports.js';

/**
 * Allowed to its author for 15 minutes, to staff always. Erases the text; a comment with replies stays as an empty entry.
 * not_found, stale, conflict `edit-window-closed`.
 */
export type RemoveComment = (command: CommentAttempt) => Promise<void>;

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeRemoveComment =
  ({ journalUnitOfWork, clock }: Dependencies): RemoveComment =>
  (attempt) =>
    journalUnitOfWork.run(async ({ comments }) => {
      const comment = await lockToChange(comments, attempt);
      const now = clock.now();
      if (!isStaff(attempt.caller)) assertOpenToAuthor(comment, now);
      await comments.save(deleteComment(comment, now));
    });
