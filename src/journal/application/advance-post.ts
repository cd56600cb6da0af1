import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { archivePost, publishPost, schedulePost, unpublishPost, type Post } from '../domain/post.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from './expected-version.js';
import { lockToManage } from './manage-post.js';
import type { JournalPorts, PostView } from './ports.js';
import { readBack } from './present.js';

/** What can be done with a post as a whole. */
export type Step =
  Readonly<{ to: 'published' | 'draft' | 'archived' }> | Readonly<{ to: 'scheduled'; publishAt: Date }>;

/** not_found, stale, conflict `invalid-transition`; 422 `validation` for a time that is not to come. */
export type AdvancePost = (
  command: Readonly<{
    caller: Exclude<Viewer, null>;
    postId: string;
    step: Step;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<PostView>;

function take(post: Post, step: Step, now: Date): Post {
  switch (step.to) {
    case 'published':
      return publishPost(post, now);
    case 'scheduled':
      return schedulePost(post, step.publishAt, now);
    case 'draft':
      return unpublishPost(post, now);
    case 'archived':
      return archivePost(post, now);
  }
}

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeAdvancePost =
  ({ journalUnitOfWork, clock }: Dependencies): AdvancePost =>
  ({ caller, postId, step, expectedVersion }) =>
    journalUnitOfWork.run(async ({ posts, journalQueries }) => {
      const held = await lockToManage(posts, { caller, postId, expectedVersion });
      const now = clock.now();
      const post = await posts.save(take(held, step, now));
      return readBack(journalQueries, post, { audience: audienceOf(caller), now });
    });
