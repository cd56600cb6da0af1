import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertOpenToAuthor, editComment, parseComment } from '../domain/comment.js';
import { isStaff } from '../domain/viewer.js';
import { lockToChange, readBackComment, type CommentAttempt } from './find-comment.js';
import type { CommentView, JournalPorts, MarkdownRenderer } from './ports.js';

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  clock: Clock;
}>;

/** Allowed to its author for 15 minutes, to staff always. not_found, stale, conflict `edit-window-closed`, `duplicate-comment`. */
export type ChangeComment = (command: CommentAttempt & Readonly<{ text: string }>) => Promise<CommentView>;

export const makeChangeComment =
  ({ journalUnitOfWork, markdown, clock }: Dependencies): ChangeComment =>
  async ({ text: given, ...attempt }) => {
    const text = parseComment(given);
    const rendered = await markdown.comment(text);
    return journalUnitOfWork.run(async ({ comments, journalQueries }) => {
      const comment = await lockToChange(comments, attempt);
      const now = clock.now();
      const byStaff = isStaff(attempt.caller);
      if (!byStaff) assertOpenToAuthor(comment, now);
      await comments.save(editComment(comment, { text, rendered, byStaff }, now));
      return readBackComment(journalQueries, comment.id);
    });
  };
