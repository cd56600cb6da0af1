import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { backToPending, REPORTS_TO_PENDING } from '../domain/comment.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import { readBackComment } from './find-comment.js';
import type { CommentView, JournalPorts } from './ports.js';

/**
 * Reports a comment to the moderators. The third report sets it back to pending; a member's second report of the same
 * comment does not count. not_found for a comment that is not published, also to its author.
 */
export type ReportComment = (
  command: Readonly<{ caller: Exclude<Viewer, null>; commentId: string; reason: string | null }>,
) => Promise<CommentView>;

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeReportComment =
  ({ journalUnitOfWork, clock, ids }: Dependencies): ReportComment =>
  ({ caller, commentId, reason }) =>
    journalUnitOfWork.run(async ({ comments, journalQueries }) => {
      // Locked, so that of three concurrent reports the last one counts three.
      const comment = await comments.lock(commentId);
      const now = clock.now();
      const shown = await journalQueries.shownComment(commentId, { audience: audienceOf(caller), now });
      if (comment?.status !== 'approved' || shown === undefined) throw notFound('comment');
      const report = { id: ids.next(), commentId, by: caller.userId, reason, createdAt: now };
      const added = await comments.addReport(report);
      if (added && (await comments.openReports(commentId)) >= REPORTS_TO_PENDING)
        await comments.save(backToPending(comment, now));
      return readBackComment(journalQueries, commentId);
    });
