import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { editPost, mayManage, revisionOf } from '../domain/post.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import { lockToManage } from './manage-post.js';
import type { JournalPorts, MarkdownRenderer, PostView } from './ports.js';
import { readBack } from './read-back.js';

/**
 * Restores title, content and tags of a revision as a new revision. Visibility and slug stay as they are.
 * not_found, stale.
 */
export type RestoreRevision = (
  command: Readonly<{
    caller: Exclude<Viewer, null>;
    postId: string;
    number: number;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<PostView>;

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  clock: Clock;
}>;

export const makeRestoreRevision =
  ({ journalUnitOfWork, markdown, clock }: Dependencies): RestoreRevision =>
  async ({ caller, postId, number, expectedVersion }) => {
    // Revisions never change, so this one can be read and rendered before the post is locked.
    const revision = await journalUnitOfWork.runInNewTransaction(async ({ posts }) => {
      const post = await posts.lockShared(postId);
      if (post === undefined || !mayManage(post, audienceOf(caller))) throw notFound('post');
      return posts.findRevision(postId, number);
    });
    if (revision === undefined) throw notFound('revision');
    const { title, content, tags } = revision;
    const rendered = await markdown.post(content);
    return journalUnitOfWork.run(async ({ posts, journalQueries }) => {
      const held = await lockToManage(posts, { caller, postId, expectedVersion });
      const now = clock.now();
      const post = await posts.save(editPost(held, { title, content, tags, rendered }, now));
      await posts.appendRevision(revisionOf(post, caller.userId));
      return readBack(journalQueries, post, { audience: audienceOf(caller), now });
    });
  };
