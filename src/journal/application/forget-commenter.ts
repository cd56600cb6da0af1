import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { deleteComment } from '../domain/comment.js';
import type { JournalPorts } from './ports.js';

/**
 * After a person was erased: what they published stays under "Former member"; comments that nobody was ever shown and
 * the words of their reports go. Run again it changes nothing.
 */
export type ForgetCommenter = (command: Readonly<{ userId: string }>) => Promise<void>;

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeForgetCommenter =
  ({ journalUnitOfWork, clock }: Dependencies): ForgetCommenter =>
  ({ userId }) =>
    journalUnitOfWork.run(async ({ comments }) => {
      const now = clock.now();
      // Locked before the comments, as everybody does.
      await comments.lockCommenter(userId);
      for (const comment of await comments.lockUnpublishedBy(userId))
        await comments.save(deleteComment(comment, now));
      await comments.setTrusted(userId, null);
      await comments.deleteReportReasons(userId);
    });
