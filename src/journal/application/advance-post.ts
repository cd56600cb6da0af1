import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { archivePost, publishPost, schedulePost, unpublishPost, type Post } from '../domain/post.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import { lockToManage } from './manage-post.js';
import type { JournalPorts, PostView } from './ports.js';
import { readBack } from './read-back.js';

/** A change of a post's status. */
export type PostTransition =
  Readonly<{ to: 'published' | 'draft' | 'archived' }> | Readonly<{ to: 'scheduled'; publishAt: Date }>;

/** not_found, stale, conflict `invalid-transition`; 422 `validation` for a time in the past. */
export type AdvancePost = (
  command: Readonly<{
    caller: Exclude<Viewer, null>;
    postId: string;
    transition: PostTransition;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<PostView>;

function applyTransition(post: Post, transition: PostTransition, now: Date): Post {
  switch (transition.to) {
    case 'published':
      return publishPost(post, now);
    case 'scheduled':
      return schedulePost(post, transition.publishAt, now);
    case 'draft':
      return unpublishPost(post, now);
    case 'archived':
      return archivePost(post, now);
  }
}

type Dependencies = Readonly<{ journalUnitOfWork: UnitOfWork<JournalPorts>; clock: Clock }>;

export const makeAdvancePost =
  ({ journalUnitOfWork, clock }: Dependencies): AdvancePost =>
  ({ caller, postId, transition, expectedVersion }) =>
    journalUnitOfWork.run(async ({ posts, journalQueries }) => {
      const held = await lockToManage(posts, { caller, postId, expectedVersion });
      const now = clock.now();
      const post = await posts.save(applyTransition(held, transition, now));
      return readBack(journalQueries, post, { audience: audienceOf(caller), now });
    });
