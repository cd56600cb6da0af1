import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import { lockToManage } from './manage-post.js';
import type { JournalPorts } from './ports.js';

/** Deletes a post with its comments and revisions. Its slugs are never given to another post. not_found, stale. */
export type RemovePost = (
  command: Readonly<{ caller: Exclude<Viewer, null>; postId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

export const makeRemovePost =
  ({ journalUnitOfWork }: Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts> }>): RemovePost =>
  (command) =>
    journalUnitOfWork.run(async ({ posts }) => {
      await lockToManage(posts, command);
      await posts.delete(command.postId);
    });
