import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { slugTaken } from '../domain/errors.js';
import { editPost, parseFields, revisionOf, type PostFields } from '../domain/post.js';
import { parseSlug } from '../domain/slug.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import { lockToManage } from './manage-post.js';
import type { JournalPorts, MarkdownRenderer, PostView } from './ports.js';
import { readBack } from './read-back.js';

/**
 * Changes the given fields and adds a revision; without a field it changes nothing. The old slug keeps redirecting to the
 * post.
 * not_found, stale, 422 `validation`, conflict `slug-taken`.
 */
export type ChangePost = (
  command: Readonly<{
    caller: Exclude<Viewer, null>;
    postId: string;
    changes: Readonly<Partial<PostFields> & { slug?: string }>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<PostView>;

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  clock: Clock;
}>;

export const makeChangePost =
  ({ journalUnitOfWork, markdown, clock }: Dependencies): ChangePost =>
  async ({ caller, postId, changes: { slug: chosen, ...given }, expectedVersion }) => {
    const fields = parseFields(given);
    const slug = chosen === undefined ? undefined : parseSlug(chosen);
    const rendered = fields.content === undefined ? undefined : await markdown.post(fields.content);
    const changes = { ...fields, ...(slug !== undefined && { slug }), ...(rendered && { rendered }) };
    return journalUnitOfWork.run(async ({ posts, journalQueries }) => {
      const held = await lockToManage(posts, { caller, postId, expectedVersion });
      const now = clock.now();
      const scope = { audience: audienceOf(caller), now };
      if (Object.keys(changes).length === 0) return readBack(journalQueries, held, scope);
      if (slug !== undefined && slug !== held.slug && !(await posts.claimSlug(slug, postId)))
        throw slugTaken();
      const post = await posts.save(editPost(held, changes, now));
      await posts.appendRevision(revisionOf(post, caller.userId));
      return readBack(journalQueries, post, scope);
    });
  };
