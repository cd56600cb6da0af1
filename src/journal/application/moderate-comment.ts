import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { moderateComment } from '../domain/comment.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { readBackComment } from './find-comment.js';
import { enqueueCommentMail } from './jobs.js';
import type { CommentView, JournalPorts } from './ports.js';

/**
 * Applies a moderator's decision. The first approval makes the author trusted, `spam` revokes that. Every decision closes
 * the open reports. not_found, stale, conflict `invalid-transition`.
 */
export type ModerateComment = (
  command: Readonly<{
    commentId: string;
    to: 'approved' | 'hidden' | 'spam';
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<CommentView>;

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeModerateComment =
  ({ journalUnitOfWork, clock }: Dependencies): ModerateComment =>
  ({ commentId, to, expectedVersion }) =>
    journalUnitOfWork.run(async ({ comments, journalQueries, outbox }) => {
      // The lock order is author, then comment. The author of a comment never changes, so this unlocked read is safe.
      const found = await comments.find(commentId);
      if (found === undefined) throw notFound('comment');
      const commenter = await comments.lockCommenter(found.authorId);
      const comment = await comments.lock(commentId);
      if (comment === undefined) throw notFound('comment');
      assertVersion(comment, expectedVersion);
      const now = clock.now();
      const saved = await comments.save(moderateComment(comment, to, now));
      await comments.closeReports(commentId, now);
      if (to === 'spam') await comments.setTrusted(comment.authorId, null);
      if (to === 'approved' && commenter.trustedAt === null) await comments.setTrusted(comment.authorId, now);
      if (comment.approvedAt === null && saved.approvedAt !== null) {
        const subject = await journalQueries.commentSubject(commentId);
        await enqueueCommentMail(outbox, commentId, 'commenter');
        if (subject !== undefined && subject.postAuthorId !== comment.authorId)
          await enqueueCommentMail(outbox, commentId, 'author');
      }
      return readBackComment(journalQueries, commentId);
    });
