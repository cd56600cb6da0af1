import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { slugTaken } from '../domain/errors.js';
import { newPost, parseFields, revisionOf, type PostFields } from '../domain/post.js';
import { parseSlug, slugOf } from '../domain/slug.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import { claimFreeSlug } from './claim-slug.js';
import type { JournalPorts, MarkdownRenderer, PostView } from './ports.js';
import { readBack } from './read-back.js';

/**
 * Writes a draft. Without `slug` it derives one from the title, with a number when the slug is taken. 422 `validation`,
 * conflict `slug-taken`, busy `unavailable`.
 */
export type WritePost = (
  command: Readonly<{
    caller: Exclude<Viewer, null>;
    fields: PostFields;
    slug: string | undefined;
  }>,
) => Promise<PostView>;

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeWritePost =
  ({ journalUnitOfWork, markdown, clock, ids }: Dependencies): WritePost =>
  async ({ caller, fields: given, slug: chosen }) => {
    const fields = { ...given, ...parseFields(given) };
    const wanted = chosen === undefined ? undefined : parseSlug(chosen);
    const rendered = await markdown.post(fields.content);
    const id = ids.next();
    return journalUnitOfWork.run(async ({ posts, journalQueries }) => {
      if (wanted !== undefined && !(await posts.claimSlug(wanted, id))) throw slugTaken();
      const slug = wanted ?? (await claimFreeSlug(posts, slugOf(fields.title, id), id));
      const now = clock.now();
      const post = newPost({ ...fields, id, authorId: caller.userId, slug, rendered }, now);
      await posts.insert(post);
      await posts.appendRevision(revisionOf(post, caller.userId));
      return readBack(journalQueries, post, { audience: audienceOf(caller), now });
    });
  };
