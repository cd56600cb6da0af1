import { expect } from 'chai';
import { DAY, MINUTE, plus } from '../../src/kernel/clock.js';
import type { DomainError } from '../../src/kernel/errors.js';
import { claimFreeSlug } from '../../src/journal/application/claim-slug.js';
import type { PostRepository, PostView } from '../../src/journal/application/ports.js';
import type { PostStatus } from '../../src/journal/domain/post.js';
import type { PostTransition } from '../../src/journal/application/advance-post.js';
import type { Viewer } from '../../src/journal/domain/viewer.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import {
  ADMIN,
  AUTHOR,
  COLLEAGUE,
  FIRST,
  MEMBER,
  NOWHERE,
  openJournalFixture,
  STRANGER,
  type JournalFixture,
  type Person,
} from './journal-fixture.js';

describe('posts of the journal', () => {
  let journal: JournalFixture;
  beforeEach(() => {
    journal = openJournalFixture();
  });
  const view = async (viewer: Viewer, key: { id: string } | { slug: string }, comments = false) => {
    const found = await journal.viewPost({ viewer, key, comments });
    return 'post' in found ? found.post : found;
  };
  const seen = async (viewer: Viewer, { id }: PostView): Promise<PostView> =>
    (await view(viewer, { id })) as PostView;
  const titles = async (
    viewer: Viewer,
    filter: Parameters<JournalFixture['listPosts']>[0]['filter'] = {},
  ) => {
    const { items } = await journal.listPosts({ viewer, filter, comments: false, page: FIRST });
    return items.map(({ title }) => title);
  };
  const revisions = async ({ id }: PostView, viewer: Viewer = AUTHOR) =>
    (await journal.listRevisions({ viewer, postId: id, page: FIRST })).items;
  const restore = (
    { id }: PostView,
    number: number,
    expectedVersion: number | null = null,
    caller = AUTHOR,
  ) => journal.restoreRevision({ caller, postId: id, number, expectedVersion });
  const remove = ({ id }: PostView, expectedVersion: number | null = null, caller: Person = AUTHOR) =>
    journal.removePost({ caller, postId: id, expectedVersion });

  describe('when written', () => {
    it('are drafts of their author with a slug, HTML and a first revision', async () => {
      const post = await journal.draft({ title: ' How to brush ', tags: [' Teeth '], visibility: 'members' });
      expect(post).to.deep.include({
        slug: 'how-to-brush',
        title: 'How to brush',
        content: 'Some words.',
        rendered: { html: '<p>Some words.</p> by 1', version: 1 },
        tags: ['teeth'],
        status: 'draft',
        visibility: 'members',
        commentPolicy: 'open',
        publishAt: null,
        version: 1,
        createdAt: journal.clock.now(),
        updatedAt: journal.clock.now(),
      });
      expect(post.author.id).to.equal(AUTHOR.userId);
      const [only, ...others] = await revisions(post);
      expect(others).to.deep.equal([]);
      expect(only).to.deep.include({
        number: 1,
        title: 'How to brush',
        content: 'Some words.',
        tags: ['teeth'],
        createdAt: journal.clock.now(),
      });
      expect(only?.by.id).to.equal(AUTHOR.userId);
    });

    it('are refused with invalid fields, with the pointer of the field', async () => {
      for (const [fields, pointer] of [
        [{ title: ' ' }, '/title'],
        [{ title: 'x'.repeat(201) }, '/title'],
        [{ title: 'two\nlines' }, '/title'],
        [{ content: ' \n ' }, '/content'],
        [{ content: 'x'.repeat(50_001) }, '/content'],
        [{ content: 'POISON' }, '/content'],
        [{ tags: ['fine', '<b>'] }, '/tags/1'],
        [{ tags: ['x'.repeat(41)] }, '/tags/0'],
        [{ tags: Array.from({ length: 11 }, (_, n) => `tag ${n}`) }, '/tags'],
        [{ slug: 'Not a slug' }, '/slug'],
        [{ slug: 'drafts' }, '/slug'],
        [{ slug: 'x'.repeat(81) }, '/slug'],
        [{ slug: '' }, '/slug'],
        [{ slug: NOWHERE }, '/slug'],
      ] as const) {
        const error = await journal.refused(() => journal.draft(fields), 'validation');
        expect(pointersOf(error), JSON.stringify(fields).slice(0, 80)).to.deep.equal([pointer]);
      }
    });

    it('may have the maximum length in code points', async () => {
      const tags = Array.from({ length: 10 }, (_, n) => `${n}${'x'.repeat(39)}`);
      const fields = { title: '🦷'.repeat(200), content: '🦷'.repeat(50_000), slug: 'x'.repeat(80) };
      expect(await journal.draft({ ...fields, tags: [...tags, tags[0]!] })).to.deep.include({
        ...fields,
        tags,
      });
    });

    it('report that a slug is reserved or malformed', async () => {
      const detailOf = async (slug: string) => {
        const { details } = await journal.refused(() => journal.draft({ slug }), 'validation');
        return (details['errors'] as { detail: string }[])[0]!.detail;
      };
      for (const slug of ['feed', NOWHERE]) expect(await detailOf(slug)).to.equal('is reserved');
      for (const slug of ['a--b', '-a', 'a-']) expect(await detailOf(slug)).to.contain('single hyphens');
    });
  });

  describe('and their slugs', () => {
    it('get a number when the plain slug is taken', async () => {
      const slugs: string[] = [];
      for (let n = 0; n < 53; n += 1) slugs.push((await journal.draft({ title: 'Teeth' })).slug);
      expect(slugs).to.deep.equal(['teeth', ...Array.from({ length: 52 }, (_, n) => `teeth-${n + 2}`)]);
    });

    it('get the lowest free number', async () => {
      for (const slug of ['teeth', 'teeth-2', 'teeth-4']) await journal.draft({ slug });
      expect((await journal.draft({ title: 'Teeth' })).slug).to.equal('teeth-3');
    });

    it('skip any number of taken slugs without claiming each', async () => {
      const tried: string[] = [];
      const isFree = (slug: string): boolean => Number(slug.slice('teeth-'.length)) > 149;
      const posts = {
        claimSlug: (slug: string) => Promise.resolve(tried.push(slug) > 0 && isFree(slug)),
        freeSlugs: (slugs: readonly string[]) => Promise.resolve(new Set(slugs.filter(isFree))),
      } as unknown as PostRepository;
      expect(await claimFreeSlug(posts, 'teeth', NOWHERE)).to.equal('teeth-150');
      expect(tried).to.deep.equal(['teeth', 'teeth-150']);
    });

    it('are refused as busy after a hundred lost races', async () => {
      const claimed: string[] = [];
      const posts = {
        claimSlug: (slug: string) => Promise.resolve(claimed.push(slug) === 0),
        freeSlugs: (slugs: readonly string[]) => Promise.resolve(new Set(slugs)),
      } as unknown as PostRepository;
      const error = await expectCode(claimFreeSlug(posts, 'teeth', NOWHERE), 'unavailable');
      expect([error.kind, error.details]).to.deep.equal(['busy', { retryAfterSeconds: 1 }]);
      expect([claimed.length, claimed.at(-1)]).to.deep.equal([100, 'teeth-100']);
    });

    it('belong to one post only when they were given', async () => {
      const post = await journal.draft({ slug: 'teeth' });
      const other = await journal.draft();
      await journal.refused(() => journal.draft({ slug: 'teeth' }), 'slug-taken');
      await journal.refused(() => journal.change(other, { slug: 'teeth' }), 'slug-taken');
      expect((await seen(AUTHOR, other)).slug).to.equal(other.slug);
      expect((await seen(AUTHOR, post)).slug).to.equal('teeth');
    });

    it('redirect to their post after it was renamed, and never to another', async () => {
      const post = await journal.published({ title: 'Teeth' });
      const renamed = await journal.change(post, { title: 'Molars' });
      expect(renamed).to.include({ slug: 'teeth', title: 'Molars' });
      expect((await journal.change(post, { slug: 'molars' })).slug).to.equal('molars');
      expect(await view(STRANGER, { slug: 'teeth' })).to.deep.equal({ movedTo: 'molars' });
      expect(await view(STRANGER, { slug: 'molars' })).to.include({ id: post.id });
      expect((await journal.draft({ title: 'Teeth' })).slug).to.equal('teeth-2');
      await journal.refused(() => journal.draft({ slug: 'teeth' }), 'slug-taken');
      expect((await journal.change(post, { slug: 'teeth' })).slug).to.equal('teeth');
      expect(await view(STRANGER, { slug: 'molars' })).to.deep.equal({ movedTo: 'teeth' });
    });

    it('do not reveal an invisible post by a former slug', async () => {
      const post = await journal.draft({ slug: 'teeth' });
      await journal.change(post, { slug: 'molars' });
      await expectCode(view(STRANGER, { slug: 'teeth' }), 'not-found');
    });

    it('stay taken when their post is deleted', async () => {
      const post = await journal.published({ slug: 'teeth' });
      await remove(post);
      await expectCode(view(AUTHOR, { slug: 'teeth' }), 'not-found');
      await journal.refused(() => journal.draft({ slug: 'teeth' }), 'slug-taken');
    });
  });

  describe('go through their states', () => {
    const TO: Readonly<Record<PostStatus, () => PostTransition>> = {
      draft: () => ({ to: 'draft' }),
      scheduled: () => ({ to: 'scheduled', publishAt: plus(journal.clock.now(), DAY) }),
      published: () => ({ to: 'published' }),
      archived: () => ({ to: 'archived' }),
    };
    const WAYS: Readonly<Record<PostStatus, readonly PostStatus[]>> = {
      draft: ['scheduled', 'published'],
      scheduled: ['draft', 'published'],
      published: ['archived'],
      archived: ['draft', 'published'],
    };
    const inState = async (status: PostStatus): Promise<PostView> => {
      const post = await journal.draft();
      if (status === 'draft') return post;
      if (status === 'archived') await journal.advance(post, TO.published());
      return journal.advance(post, TO[status]());
    };

    for (const from of Object.keys(WAYS) as PostStatus[])
      for (const to of Object.keys(TO) as PostStatus[])
        if (WAYS[from].includes(to))
          it(`from ${from} to ${to}`, async () => {
            const post = await inState(from);
            journal.clock.advance(MINUTE);
            const moved = await journal.advance(post, TO[to]());
            expect(moved).to.deep.include({
              status: to,
              version: post.version + 1,
              updatedAt: journal.clock.now(),
            });
            expect(await seen(AUTHOR, post)).to.deep.equal(moved);
            expect(await revisions(post)).to.have.length(1);
          });
        else
          it(`not from ${from} to ${to}`, async () => {
            const post = await inState(from);
            const error = await journal.refused(() => journal.advance(post, TO[to]()), 'invalid-transition');
            expect(error.details).to.deep.equal({ from, to, allowed: WAYS[from] });
            expect(await seen(AUTHOR, post)).to.deep.equal(post);
          });

    it('are published now, unless they were published before', async () => {
      const post = await journal.published();
      const first = journal.clock.now();
      expect(post.publishAt).to.deep.equal(first);
      journal.clock.advance(DAY);
      expect((await journal.advance(post, TO.archived())).publishAt).to.deep.equal(first);
      journal.clock.advance(DAY);
      expect((await journal.advance(post, TO.published())).publishAt).to.deep.equal(first);
    });

    it('get a new date when they are published after being a draft again', async () => {
      const post = await journal.published();
      await journal.advance(post, TO.archived());
      expect((await journal.advance(post, TO.draft())).publishAt).to.equal(null);
      journal.clock.advance(DAY);
      expect((await journal.advance(post, TO.published())).publishAt).to.deep.equal(journal.clock.now());
    });

    it('are published now although they were scheduled for later', async () => {
      const post = await inState('scheduled');
      expect((await journal.advance(post, TO.published())).publishAt).to.deep.equal(journal.clock.now());
    });

    it('are scheduled for a future time only', async () => {
      const post = await journal.draft();
      const now = journal.clock.now();
      for (const publishAt of [plus(now, -1), now]) {
        const error = await journal.refused(
          () => journal.advance(post, { to: 'scheduled', publishAt }),
          'validation',
        );
        expect(pointersOf(error)).to.deep.equal(['/publishAt']);
      }
      const publishAt = plus(now, 1);
      expect(await journal.advance(post, { to: 'scheduled', publishAt })).to.deep.include({
        status: 'scheduled',
        publishAt,
      });
    });

    it('are refused for an invalid transition before the time is checked', async () => {
      const post = await inState('published');
      await expectCode(
        journal.advance(post, { to: 'scheduled', publishAt: plus(journal.clock.now(), -1) }),
        'invalid-transition',
      );
    });
  });

  describe('that are scheduled', () => {
    const publishAt = (): Date => plus(journal.clock.now(), MINUTE);
    const scheduled = async (fields = {}): Promise<PostView> =>
      journal.advance(await journal.draft(fields), { to: 'scheduled', publishAt: publishAt() });

    it('are published from publishAt on, to the millisecond, without a write', async () => {
      const post = await scheduled({ title: 'On time' });
      const before = journal.commits;
      journal.clock.advance(MINUTE - 1);
      await expectCode(view(STRANGER, { id: post.id }), 'not-found');
      expect(await titles(STRANGER)).to.deep.equal([]);
      expect(await journal.readJournalFeed()).to.equal('');
      expect((await seen(AUTHOR, post)).status).to.equal('scheduled');
      expect(await titles(AUTHOR, { statuses: ['scheduled'] })).to.deep.equal(['On time']);
      journal.clock.advance(1);
      expect((await seen(STRANGER, post)).status).to.equal('published');
      expect(await titles(STRANGER)).to.deep.equal(['On time']);
      expect(await journal.readJournalFeed()).to.equal('On time');
      expect(await titles(AUTHOR, { statuses: ['scheduled'] })).to.deep.equal([]);
      expect(journal.commits).to.equal(before);
    });

    it('are published when their time has come, although they are stored as scheduled', async () => {
      const post = await scheduled();
      journal.clock.advance(MINUTE);
      for (const step of [{ to: 'draft' }, { to: 'published' }] as const)
        expect((await expectCode(journal.advance(post, step), 'invalid-transition')).details).to.deep.include(
          { from: 'published', allowed: ['archived'] },
        );
      expect((await journal.advance(post, { to: 'archived' })).status).to.equal('archived');
    });

    it('keep publishAt when they are changed before and after it', async () => {
      const post = await scheduled();
      expect(await journal.change(post, { title: 'Before' })).to.deep.include({
        status: 'scheduled',
        publishAt: post.publishAt,
      });
      journal.clock.advance(MINUTE);
      expect(await journal.change(post, { title: 'After' })).to.deep.include({
        status: 'published',
        publishAt: post.publishAt,
      });
    });

    it('can be scheduled again after they were drafts', async () => {
      const post = await scheduled();
      await journal.advance(post, { to: 'draft' });
      journal.clock.advance(DAY);
      await expectCode(view(STRANGER, { id: post.id }), 'not-found');
      const later = publishAt();
      expect((await journal.advance(post, { to: 'scheduled', publishAt: later })).publishAt).to.deep.equal(
        later,
      );
    });
  });

  describe('are seen', () => {
    const VIEWERS: Readonly<Record<string, Viewer>> = {
      STRANGER,
      MEMBER,
      COLLEAGUE,
      AUTHOR,
      ADMIN,
      'the author who left the staff': { ...AUTHOR, role: 'member' },
    };
    const whoSees = async ({ id }: PostView): Promise<string[]> => {
      const sees: string[] = [];
      for (const [name, viewer] of Object.entries(VIEWERS)) {
        const error = await view(viewer, { id }).then(
          () => undefined,
          (thrown: unknown) => thrown as DomainError,
        );
        const found = error === undefined;
        if (!found) expect(error.code).to.equal('not-found');
        const comments = journal.listComments({ viewer, postId: id, page: FIRST });
        if (found) await comments;
        else await expectCode(comments, 'not-found');
        const statuses: PostStatus[] = ['draft', 'scheduled', 'published', 'archived'];
        const isStaff = viewer !== null && viewer.role !== 'member';
        const listed = await titles(viewer, isStaff ? { statuses } : {});
        expect(listed.length, `${name} in the list`).to.equal(found ? 1 : 0);
        if (found) sees.push(name);
      }
      return sees;
    };

    it('only by author and admins while they are not published', async () => {
      const post = await journal.draft();
      expect(await whoSees(post)).to.deep.equal(['AUTHOR', 'ADMIN']);
      await journal.advance(post, { to: 'scheduled', publishAt: plus(journal.clock.now(), 1) });
      expect(await whoSees(post)).to.deep.equal(['AUTHOR', 'ADMIN']);
      await journal.advance(post, { to: 'published' });
      await journal.advance(post, { to: 'archived' });
      expect(await whoSees(post)).to.deep.equal(['AUTHOR', 'ADMIN']);
    });

    it('by the readers of their visibility when they are published', async () => {
      const post = await journal.published();
      expect(await whoSees(post)).to.deep.equal(Object.keys(VIEWERS));
      await journal.change(post, { visibility: 'members' });
      expect(await whoSees(post)).to.deep.equal(Object.keys(VIEWERS).slice(1));
      await journal.change(post, { visibility: 'staff' });
      expect(await whoSees(post)).to.deep.equal(['COLLEAGUE', 'AUTHOR', 'ADMIN']);
    });

    it('in other states only by staff who ask for them', async () => {
      for (const viewer of [STRANGER, MEMBER])
        await expectCode(titles(viewer, { statuses: ['published', 'draft'] }), 'forbidden');
      await journal.draft({ title: 'Draft' });
      await journal.published({ title: 'Published' });
      expect(await titles(AUTHOR)).to.deep.equal(['Published']);
      expect(await titles(AUTHOR, { statuses: ['draft'] })).to.deep.equal(['Draft']);
      expect(await titles(COLLEAGUE, { statuses: ['draft'] })).to.deep.equal([]);
    });

    it('by tag in any case, by author and by words', async () => {
      await journal.published({ title: 'One', tags: ['zähne'], content: 'Brush them' });
      await journal.advance(
        await journal.draft({ title: 'Two' }, COLLEAGUE),
        { to: 'published' },
        { caller: ADMIN },
      );
      expect(await titles(STRANGER, { tag: ' ZÄHNE ' })).to.deep.equal(['One']);
      expect(await titles(STRANGER, { authorId: COLLEAGUE.userId })).to.deep.equal(['Two']);
      const { items } = await journal.listPosts({
        viewer: STRANGER,
        filter: { q: 'brush' },
        comments: false,
        page: FIRST,
      });
      expect(items[0]).to.deep.include({ match: { text: 'Brush them', matches: [{ start: 0, end: 5 }] } });
    });

    it('in the feed when they are public, the newest twenty', async () => {
      for (let n = 1; n <= 21; n += 1) {
        await journal.published({ title: `Post ${n}` });
        journal.clock.advance(MINUTE);
      }
      await journal.published({ title: 'Members', visibility: 'members' });
      await journal.draft({ title: 'Draft' });
      expect(await journal.readJournalFeed()).to.equal(
        Array.from({ length: 20 }, (_, n) => `Post ${21 - n}`).join('\n'),
      );
    });
  });

  describe('are managed only by their author and admins', () => {
    const ATTEMPTS: Readonly<Record<string, (post: PostView, caller: Person) => Promise<unknown>>> = {
      'changing them': (post, caller) => journal.change(post, { title: 'Other' }, { caller }),
      'a step with them': (post, caller) => journal.advance(post, { to: 'archived' }, { caller }),
      'removing them': (post, caller) => remove(post, null, caller),
      'their revisions': (post, caller) => revisions(post, caller),
    };
    for (const [name, attempt] of Object.entries(ATTEMPTS))
      it(`for ${name}`, async () => {
        const post = await journal.published();
        for (const caller of [COLLEAGUE, MEMBER, { ...AUTHOR, role: 'member' } as const])
          await journal.refused(() => attempt(post, caller), 'not-found');
        await journal.refused(() => attempt({ ...post, id: NOWHERE }, AUTHOR), 'not-found');
        await attempt(post, ADMIN);
      });

    it('when restoring a revision, without revealing which revisions exist', async () => {
      const post = await journal.published();
      for (const [number, caller] of [
        [1, COLLEAGUE],
        [9, COLLEAGUE],
        [1, { ...AUTHOR, role: 'member' }],
      ] as const) {
        const error = await expectCode(
          journal.restoreRevision({ caller, postId: post.id, number, expectedVersion: null }),
          'not-found',
        );
        expect(error.message).to.equal('There is no such post.');
      }
      await expectCode(restore({ ...post, id: NOWHERE }, 1), 'not-found');
      expect(await seen(AUTHOR, post)).to.deep.equal(post);
      expect((await restore(post, 1, null, ADMIN)).version).to.equal(post.version + 1);
      expect((await revisions(post))[0]?.by.id).to.equal(ADMIN.userId);
    });
  });

  describe('when changed', () => {
    it('get a revision of the new text', async () => {
      const post = await journal.draft({ title: 'Old', content: 'Old words.', tags: ['old'] });
      journal.clock.advance(MINUTE);
      const changed = await journal.change(
        post,
        { content: 'New words.', tags: ['New', 'new'], commentPolicy: 'locked' },
        { caller: ADMIN },
      );
      expect(changed).to.deep.include({
        title: 'Old',
        content: 'New words.',
        rendered: { html: '<p>New words.</p> by 1', version: 1 },
        tags: ['new'],
        commentPolicy: 'locked',
        version: 2,
        createdAt: post.createdAt,
        updatedAt: journal.clock.now(),
      });
      expect(
        (await revisions(post)).map(({ number, content, by }) => [number, content, by.id]),
      ).to.deep.equal([
        [2, 'New words.', ADMIN.userId],
        [1, 'Old words.', AUTHOR.userId],
      ]);
    });

    it('stay unchanged without fields', async () => {
      const post = await journal.draft();
      journal.clock.advance(MINUTE);
      expect(await journal.change(post, {})).to.deep.equal(post);
      expect(await revisions(post)).to.have.length(1);
    });

    it('keep their slugs when only the text changes', async () => {
      for (const post of [await journal.draft(), await journal.draft()])
        expect((await journal.change(post, { title: 'New' })).slug).to.equal(post.slug);
    });

    it('keep their HTML when only the title changes', async () => {
      const post = await journal.draft();
      journal.markdown.broken = true;
      expect((await journal.change(post, { title: 'New' })).rendered).to.deep.equal(post.rendered);
    });

    it('are refused with invalid fields', async () => {
      const post = await journal.draft();
      for (const [changes, pointer] of [
        [{ title: '' }, '/title'],
        [{ content: ' ' }, '/content'],
        [{ content: 'POISON' }, '/content'],
        [{ tags: ['?'] }, '/tags/0'],
        [{ slug: 'drafts' }, '/slug'],
      ] as const) {
        const error = await journal.refused(() => journal.change(post, changes), 'validation');
        expect(pointersOf(error)).to.deep.equal([pointer]);
      }
    });

    it('are changed only from the current version, by every use case', async () => {
      const post = await journal.published();
      const stale = { expectedVersion: post.version - 1 };
      await journal.refused(() => journal.change(post, { title: 'X' }, stale), 'version-mismatch');
      await journal.refused(() => journal.change(post, {}, stale), 'version-mismatch');
      await journal.refused(() => journal.advance(post, { to: 'archived' }, stale), 'version-mismatch');
      await journal.refused(() => remove(post, stale.expectedVersion), 'version-mismatch');
      await expectCode(restore(post, 1, stale.expectedVersion), 'version-mismatch');
      expect(await seen(AUTHOR, post)).to.deep.equal(post);
      const changed = await journal.change(post, { title: 'X' }, { expectedVersion: post.version });
      expect(changed.version).to.equal(post.version + 1);
    });

    it('do not move updatedAt backwards on a slow clock', async () => {
      const post = await journal.draft();
      journal.clock.advance(-MINUTE);
      const changed = await journal.change(post, { title: 'Slow' });
      expect(changed.updatedAt).to.deep.equal(post.updatedAt);
      expect((await journal.advance(post, { to: 'published' })).updatedAt).to.deep.equal(post.updatedAt);
    });
  });

  describe('restore a revision', () => {
    it('with its title, content and tags, and keep slug, state and visibility', async () => {
      const post = await journal.published({ title: 'Old', content: 'Old words.', tags: ['old'] });
      await journal.change(post, { title: 'New', content: 'New words.', tags: [], slug: 'renamed' });
      await journal.change(post, { visibility: 'members', commentPolicy: 'locked' });
      journal.clock.advance(MINUTE);
      expect(await restore(post, 1)).to.deep.include({
        title: 'Old',
        content: 'Old words.',
        rendered: { html: '<p>Old words.</p> by 1', version: 1 },
        tags: ['old'],
        slug: 'renamed',
        status: 'published',
        visibility: 'members',
        commentPolicy: 'locked',
        version: post.version + 3,
      });
      const [last, ...earlier] = await revisions(post);
      expect(last).to.deep.include({
        number: 4,
        title: 'Old',
        content: 'Old words.',
        tags: ['old'],
        createdAt: journal.clock.now(),
      });
      expect(earlier.map(({ number, title }) => `${number} ${title}`)).to.deep.equal([
        '3 New',
        '2 New',
        '1 Old',
      ]);
    });

    it('only when it exists', async () => {
      const post = await journal.draft();
      for (const number of [0, 2]) {
        const error = await expectCode(restore(post, number), 'not-found');
        expect(error.message).to.equal('There is no such revision.');
      }
      expect(await seen(AUTHOR, post)).to.deep.equal(post);
    });
  });

  describe('when the version of the renderer changes', () => {
    const html = async (viewer: Viewer = STRANGER, q?: string): Promise<string | undefined> => {
      const filter = q === undefined ? {} : { q };
      const { items } = await journal.listPosts({ viewer, filter, comments: false, page: FIRST });
      return items[0]?.rendered.html;
    };

    it('are rendered again in every response, and the stored HTML stays', async () => {
      const post = await journal.published({ content: 'Words' });
      expect(await html()).to.equal('<p>Words</p> by 1');
      expect(await html(STRANGER, 'words')).to.equal('<p>Words</p> by 1');
      journal.markdown.version = 2;
      const before = journal.commits;
      expect(await html()).to.equal('<p>Words</p> by 2');
      expect(await html(STRANGER, 'words')).to.equal('<p>Words</p> by 2');
      expect((await seen(STRANGER, post)).rendered).to.include({ html: '<p>Words</p> by 2', version: 2 });
      expect(journal.commits).to.equal(before);
    });

    it('are shown without a body when it refuses them, and fail when it throws', async () => {
      const post = await journal.published({ content: 'Words' });
      journal.markdown.version = 2;
      journal.markdown.poison = 'Words';
      expect((await seen(STRANGER, post)).rendered).to.deep.equal({ html: '', version: 2 });
      journal.markdown.broken = true;
      expect(await rejection(seen(STRANGER, post))).to.include({ message: 'the renderer is broken' });
    });

    it('have comments that are rendered again', async () => {
      const post = await journal.published();
      await journal.shown(post, MEMBER, { text: 'Fine' });
      journal.markdown.version = 2;
      const { comments } = (await view(STRANGER, { id: post.id }, true)) as PostView;
      expect(comments?.map(({ html: made }) => made)).to.deep.equal(['<p>Fine</p> by 2']);
      expect(await seen(STRANGER, post)).not.to.have.property('comments');
    });
  });

  it('are deleted with their revisions and comments', async () => {
    const post = await journal.published();
    const comment = await journal.shown(post);
    await remove(post);
    await expectCode(view(AUTHOR, { id: post.id }), 'not-found');
    await expectCode(revisions(post), 'not-found');
    await expectCode(journal.viewComment({ viewer: MEMBER, commentId: comment.id }), 'not-found');
  });
});
