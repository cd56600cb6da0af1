import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { deleteComment } from '../domain/comment.js';
import type { JournalPorts } from './ports.js';

/**
 * Runs after a person was erased: deletes comments that were never published and the reasons of the person's reports.
 * Published comments stay under "Former member". Repeating it changes nothing.
 */
export type ForgetCommenter = (command: Readonly<{ userId: string }>) => Promise<void>;

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeForgetCommenter =
  ({ journalUnitOfWork, clock }: Dependencies): ForgetCommenter =>
  ({ userId }) =>
    journalUnitOfWork.run(async ({ comments }) => {
      const now = clock.now();
      // The lock order is commenter, then comments.
      await comments.lockCommenter(userId);
      for (const comment of await comments.lockUnpublishedBy(userId))
        await comments.save(deleteComment(comment, now));
      await comments.setTrusted(userId, null);
      await comments.deleteReportReasons(userId);
    });
