import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertOpenToAuthor, deleteComment, editComment, parseComment } from '../domain/comment.js';
import { isStaff, type Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from './expected-version.js';
import { lockOwn, readBackComment } from './find-comment.js';
import type { CommentView, JournalPorts, MarkdownRenderer } from './ports.js';

type Attempt = Readonly<{
  caller: Exclude<Viewer, null>;
  commentId: string;
  expectedVersion: ExpectedVersion;
}>;
type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  clock: Clock;
}>;

/** Authors for 15 minutes, staff always. not_found, stale, conflict `edit-window-closed`, `duplicate-comment`. */
export type ChangeComment = (command: Attempt & Readonly<{ text: string }>) => Promise<CommentView>;

export const makeChangeComment =
  ({ journalUnitOfWork, markdown, clock }: Dependencies): ChangeComment =>
  async ({ text: given, ...attempt }) => {
    const text = parseComment(given);
    const rendered = await markdown.comment(text);
    return journalUnitOfWork.run(async ({ comments, journalQueries }) => {
      const comment = await lockOwn(comments, attempt);
      const now = clock.now();
      const byStaff = isStaff(attempt.caller);
      if (!byStaff) assertOpenToAuthor(comment, now);
      await comments.save(editComment(comment, { text, rendered, byStaff }, now));
      return readBackComment(journalQueries, comment.id);
    });
  };

/**
 * Authors for 15 minutes, staff always. The text is gone for good; where there are replies, its place stays.
 * not_found, stale, conflict `edit-window-closed`.
 */
export type RemoveComment = (command: Attempt) => Promise<void>;

export const makeRemoveComment =
  ({ journalUnitOfWork, clock }: Omit<Dependencies, 'markdown'>): RemoveComment =>
  (attempt) =>
    journalUnitOfWork.run(async ({ comments }) => {
      const comment = await lockOwn(comments, attempt);
      const now = clock.now();
      if (!isStaff(attempt.caller)) assertOpenToAuthor(comment, now);
      await comments.save(deleteComment(comment, now));
    });
