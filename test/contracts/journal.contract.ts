import { expect } from 'chai';
import { toPostReply } from '../../src/journal/http/schemas.js';
import type { JournalPorts, JournalQueries, VisibilityScope } from '../../src/journal/application/ports.js';
import { backToPending, deleteComment, editComment, type Comment } from '../../src/journal/domain/comment.js';
import { archivePost, editPost, isVisibleTo, revisionOf, type Post } from '../../src/journal/domain/post.js';
import { ANYBODY, audienceOf, VISIBILITIES } from '../../src/journal/domain/viewer.js';
import { MINUTE, plus } from '../../src/kernel/clock.js';
import type { PageKey, PageRequest } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { serializedReplyOf } from '../../src/platform/database/serialized-reply.js';
import { aComment, aPost, nextId, T0 } from '../support/builders/journal.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type JournalAdapters = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  journalQueries: JournalQueries;
}>;

const T1 = plus(T0, 1_234);
const LATER: VisibilityScope = { audience: ANYBODY, now: plus(T0, 60 * MINUTE) };
const NOBODY = '01940000-ffff-7000-8000-00000000ffff';

/** The contract of every adapter of the journal's ports. `makeUser` creates a user who may write and returns the id. */
export function journalContract(
  adapters: () => JournalAdapters,
  makeUser: (name?: string) => Promise<string>,
  { serializesReplies }: Readonly<{ serializesReplies: boolean }>,
): void {
  const run: UnitOfWork<JournalPorts>['run'] = (work) => adapters().journalUnitOfWork.run(work);
  const queries = (): JournalQueries => adapters().journalQueries;

  async function posted(changes: Partial<Post> = {}): Promise<Post> {
    const post = aPost({ authorId: await makeUser(), ...changes });
    await run(async ({ posts }) => {
      expect(await posts.claimSlug(post.slug, post.id)).to.equal(true);
      await posts.insert(post);
      await posts.appendRevision(revisionOf(post, post.authorId));
    });
    return post;
  }
  async function said(post: Post, changes: Partial<Comment> = {}): Promise<Comment> {
    const comment = aComment({ postId: post.id, authorId: await makeUser(), ...changes });
    await run(({ comments }) => comments.insert(comment));
    return comment;
  }
  const saved = (comment: Comment): Promise<Comment> => run(({ comments }) => comments.save(comment));

  /** Ids of all pages, two rows a page. */
  async function walk(
    list: (page: {
      limit: number;
      after?: PageKey | undefined;
    }) => Promise<{ items: readonly { id: string }[]; next: PageKey | null } | undefined>,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (let after: PageKey | undefined; ;) {
      const page = (await list({ limit: 2, after }))!;
      ids.push(...page.items.map(({ id }) => id));
      if (page.next === null) return ids;
      after = page.next;
    }
  }

  describe('posts', () => {
    it('are read as they were saved, under lock, by id and by slug', async () => {
      const authorId = await makeUser('Anna Autorin');
      const post = await posted({ authorId, title: 'Zähne 🦷', content: 'a\nb', tags: ['b', 'a'] });
      expect(await run(({ posts }) => posts.lock(post.id))).to.deep.equal(post);
      expect(await run(({ posts }) => posts.lockShared(post.id))).to.deep.equal(post);
      expect(await run(({ posts }) => posts.lock(NOBODY))).to.equal(undefined);
      const view = await queries().post({ id: post.id }, LATER);
      expect(view).to.deep.equal({
        id: post.id,
        slug: post.slug,
        title: 'Zähne 🦷',
        content: 'a\nb',
        htmlVersions: [1],
        rendered: { html: post.rendered.html, version: 1 },
        tags: ['b', 'a'],
        author: { id: authorId, name: 'Anna Autorin' },
        status: 'published',
        visibility: 'public',
        commentPolicy: 'open',
        publishAt: T0,
        version: 1,
        createdAt: T0,
        updatedAt: T0,
      });
      expect(await queries().post({ slug: post.slug }, LATER)).to.deep.equal(view);
      expect(await queries().post({ slug: 'nothing-here' }, LATER)).to.equal(undefined);
    });

    it('get the next version with every save, and refuse an outdated version', async () => {
      const post = await posted();
      const renamed = await run(({ posts }) => posts.save(editPost(post, { title: 'New' }, T1)));
      expect(renamed).to.include({ version: 2, revision: 2, title: 'New' });
      await expectCode(
        run(({ posts }) => posts.save(editPost(post, { title: 'Newer' }, T1))),
        'version-mismatch',
      );
      expect(await run(({ posts }) => posts.lock(post.id))).to.deep.equal(renamed);
    });

    it('are visible exactly as isVisibleTo says, at every moment', async () => {
      const author = await makeUser();
      const viewers = [
        null,
        { userId: nextId(), role: 'member' },
        { userId: author, role: 'member' },
        { userId: nextId(), role: 'staff' },
        { userId: author, role: 'staff' },
        { userId: nextId(), role: 'admin' },
      ] as const;
      for (const status of ['draft', 'scheduled', 'published', 'archived'] as const)
        for (const visibility of VISIBILITIES) {
          const post = await posted({ authorId: author, status, visibility });
          for (const viewer of viewers)
            for (const now of [plus(T0, -1), T0, plus(T0, 1)]) {
              const scope = { audience: audienceOf(viewer), now };
              const seen = isVisibleTo(post, scope.audience, now);
              const what = `${status} ${visibility} ${viewer?.role ?? 'anybody'} ${now.toISOString()}`;
              expect((await queries().post({ id: post.id }, scope)) !== undefined, what).to.equal(seen);
              expect((await queries().comments(post.id, scope, { limit: 1 })) !== undefined, what).to.equal(
                seen,
              );
              const statuses = ['draft', 'scheduled', 'published', 'archived'] as const;
              const { items } = await queries().posts({ statuses, authorId: author }, scope, { limit: 50 });
              expect(
                items.some(({ id }) => id === post.id),
                what,
              ).to.equal(seen);
            }
        }
    });

    it('have the status of the moment of the scope', async () => {
      const post = await posted({ status: 'scheduled', publishAt: T1 });
      const scope = { audience: audienceOf({ userId: post.authorId, role: 'staff' }), now: plus(T1, -1) };
      const statusOf = async (now: Date) =>
        (await queries().post({ id: post.id }, { ...scope, now }))?.status;
      expect(await statusOf(scope.now)).to.equal('scheduled');
      expect(await statusOf(T1)).to.equal('published');
      const listed = async (status: Post['status'], now: Date) =>
        (
          await queries().posts(
            { statuses: [status], authorId: post.authorId },
            { ...scope, now },
            { limit: 9 },
          )
        ).items.length;
      expect([await listed('scheduled', scope.now), await listed('published', scope.now)]).to.deep.equal([
        1, 0,
      ]);
      expect([await listed('scheduled', T1), await listed('published', T1)]).to.deep.equal([0, 1]);
      await run(({ posts }) => posts.save(archivePost(post, T1)));
      expect(await statusOf(T1)).to.equal('archived');
    });

    it('are listed by author, tag and words, newest first, page by page', async () => {
      const authorId = await makeUser();
      const made: Post[] = [];
      for (const [minutes, tags, title] of [
        [2, ['odd'], 'First'],
        [1, [], 'Second needle'],
        [1, ['odd'], 'Third'],
        [1, ['odd', 'even'], 'Fourth'],
        [1, [], 'Fifth needle'],
      ] as const) {
        const rendered = { html: '', plain: title === 'First' ? 'a Needle here' : '', version: 1 };
        made.push(await posted({ authorId, tags, title, rendered, publishAt: plus(T0, minutes * MINUTE) }));
      }
      const ids = made.map(({ id }) => id);
      const pick = (...numbers: number[]) => numbers.map((number) => ids[number]);
      const list = (filter: object) =>
        walk((page) => queries().posts({ statuses: ['published'], authorId, ...filter }, LATER, page));
      expect(await list({})).to.deep.equal(pick(0, 4, 3, 2, 1));
      expect(await list({ tag: 'odd' })).to.deep.equal(pick(0, 3, 2));
      expect(await list({ q: 'NEEDLE' })).to.deep.equal(pick(4, 1, 0));
      expect(await list({ q: 'needle', tag: 'odd' })).to.deep.equal(pick(0));
      expect(await list({ q: 'haystack' })).to.deep.equal([]);
      const { items } = await queries().posts({ statuses: ['published'], authorId, q: 'needle' }, LATER, {
        limit: 5,
      });
      expect(items.at(-1)?.match).to.deep.equal({ text: 'a Needle here', matches: [{ start: 2, end: 8 }] });
    });

    it('have their newest comments, newest first, at most ten each', async () => {
      const authorId = await makeUser();
      const [busy, quiet, shut] = [
        await posted({ authorId }),
        await posted({ authorId }),
        await posted({ authorId, commentPolicy: 'hidden' }),
      ];
      const made: Comment[] = [];
      for (let n = 0; n < 12; n += 1) made.push(await said(busy, { createdAt: plus(T0, (n % 6) * MINUTE) }));
      await said(busy, { status: 'pending', approvedAt: null });
      await said(shut);
      const newest = [...made]
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
        .slice(0, 10);
      const { items } = await queries().posts(
        { statuses: ['published'], authorId },
        LATER,
        { limit: 5 },
        { comments: true },
      );
      const of = (post: Post) => items.find(({ id }) => id === post.id)?.comments?.map(({ id }) => id);
      expect(of(busy)).to.deep.equal(newest.map(({ id }) => id));
      expect(of(quiet)).to.deep.equal([]);
      expect(of(shut)).to.deep.equal([]);
      const one = await queries().post({ id: busy.id }, LATER, { comments: true });
      expect(one?.comments?.[0]).to.deep.equal(await queries().comment(newest[0]!.id));
    });

    it('are listed as the read models of single reads, serialized as the API declares them', async () => {
      const authorId = await makeUser('Öz "Ann" \\ O\u2019Neill');
      const odd = 'Ein "Zahn" \\ /\n\t🦷 </script>';
      const busy = await posted({
        authorId,
        title: 'Ein "Zahn" \\ / 🦷',
        content: odd,
        tags: ['a b', 'ü'],
      });
      await posted({ authorId });
      for (let n = 0; n < 12; n += 1)
        await said(busy, { createdAt: plus(T0, n * MINUTE), comment: `${odd} ${n}` });
      const filter = { statuses: ['published'] as const, authorId };
      for (const comments of [true, false]) {
        const list = async (page: PageRequest) => {
          const posts = await queries().posts(filter, LATER, page, { comments });
          return { ...posts, replies: posts.items.map((post) => serializedReplyOf(post)?.json) };
        };
        const first = await list({ limit: 1 });
        const rest = await list({ limit: 5, after: first.next! });
        const items = [...first.items, ...rest.items];
        expect(items).to.have.length(2);
        const one = (id: string) => queries().post({ id }, LATER, { comments });
        expect(items).to.deep.equal(await Promise.all(items.map(({ id }) => one(id))));
        expect((await list({ limit: 5 })).items).to.deep.equal(items);
        const declared = items.map((post) => JSON.stringify(toPostReply(post)));
        const replies = [...first.replies, ...rest.replies];
        expect(replies).to.deep.equal(serializesReplies ? declared : declared.map(() => undefined));
      }
    });

    it('list their revisions, newest first', async () => {
      const post = await posted({ title: 'One', tags: ['a'] });
      const edited = editPost(post, { title: 'Two', tags: [] }, T1);
      await run(async ({ posts }) => {
        await posts.save(edited);
        await posts.appendRevision(revisionOf(edited, post.authorId));
      });
      const scope = { ...LATER, audience: audienceOf({ userId: post.authorId, role: 'staff' }) };
      const first = await queries().revisions(post.id, scope, { limit: 1 });
      expect(first?.items.map(({ number, title, tags, by }) => [number, title, tags, by.id])).to.deep.equal([
        [2, 'Two', [], post.authorId],
      ]);
      const second = await queries().revisions(post.id, scope, { limit: 1, after: first!.next! });
      expect(second?.items[0]).to.deep.include({ number: 1, title: 'One', tags: ['a'], createdAt: T0 });
      expect(second?.next).to.equal(null);
      expect(await run(({ posts }) => posts.findRevision(post.id, 1))).to.deep.equal(
        revisionOf(post, post.authorId),
      );
      expect(await run(({ posts }) => posts.findRevision(post.id, 3))).to.equal(undefined);
      expect(await queries().revisions(NOBODY, scope, { limit: 1 })).to.equal(undefined);
    });

    it('are deleted with their comments, reports and revisions, and their slugs stay taken', async () => {
      const post = await posted();
      const comment = await said(post);
      const by = await makeUser();
      await said(post, { parentId: comment.id });
      await run(async ({ posts, comments }) => {
        await posts.claimSlug(`${post.slug}-other`, post.id);
        await comments.addReport({ id: nextId(), commentId: comment.id, by, reason: null, createdAt: T0 });
      });
      await run(({ posts }) => posts.delete(post.id));
      expect(await queries().post({ id: post.id }, LATER)).to.equal(undefined);
      expect(await queries().comment(comment.id)).to.equal(undefined);
      expect(await run(({ posts }) => posts.findRevision(post.id, 1))).to.equal(undefined);
      const other = await posted();
      for (const slug of [post.slug, `${post.slug}-other`]) {
        expect(await run(({ posts }) => posts.claimSlug(slug, other.id))).to.equal(false);
        expect(await queries().post({ slug }, LATER)).to.equal(undefined);
      }
    });

    it('have slugs that no other post can claim', async () => {
      const [one, two] = [await posted(), await posted()];
      const fresh = `slug-${one.id.slice(-12)}`;
      await run(async ({ posts }) => {
        expect(await posts.claimSlug(one.slug, one.id)).to.equal(true);
        expect(await posts.claimSlug(one.slug, two.id)).to.equal(false);
        expect([...(await posts.freeSlugs([one.slug, fresh]))]).to.deep.equal([fresh]);
        await posts.claimSlug(fresh, one.id);
        await posts.save(editPost(one, { slug: fresh }, T1));
      });
      expect((await queries().post({ slug: one.slug }, LATER))?.slug).to.equal(fresh);
      expect((await queries().post({ slug: fresh }, LATER))?.id).to.equal(one.id);
    });
  });

  describe('comments', () => {
    it('are read as they were saved', async () => {
      const [post, authorId] = [await posted(), await makeUser('Carl Kommentar')];
      const comment = await said(post, { authorId, comment: 'Über *alles* 😀' });
      expect(await run(({ comments }) => comments.find(comment.id))).to.deep.equal(comment);
      expect(await run(({ comments }) => comments.lock(comment.id))).to.deep.equal(comment);
      expect(await queries().comment(comment.id)).to.deep.equal({
        id: comment.id,
        postId: post.id,
        parentId: null,
        author: { id: authorId, name: 'Carl Kommentar' },
        comment: 'Über *alles* 😀',
        html: comment.html,
        htmlVersion: 1,
        status: 'approved',
        version: 1,
        createdAt: T0,
        editedAt: null,
      });
      expect(await queries().comment(NOBODY)).to.equal(undefined);
    });

    it('get the next version with every save, and refuse an outdated version', async () => {
      const comment = await said(await posted());
      expect(await saved(backToPending(comment, T1))).to.include({ version: 2, status: 'pending' });
      await expectCode(saved(backToPending(comment, T1)), 'version-mismatch');
    });

    it('are unique by author and text, until they are deleted', async () => {
      const [post, authorId] = [await posted(), await makeUser()];
      const first = await said(post, { authorId, comment: 'The  Same\nwords ' });
      const again = { authorId, comment: 'the same words' };
      await expectCode(said(post, again), 'duplicate-comment');
      await said(await posted(), again);
      await said(post, { comment: 'the same words' });
      const other = await said(post, { authorId });
      const rendered = { html: '', version: 1, links: 0 };
      await expectCode(
        saved(editComment(other, { text: 'THE SAME WORDS', rendered, byStaff: false }, T1)),
        'duplicate-comment',
      );
      await saved(deleteComment(first, T1));
      await said(post, again);
    });

    it('reply only to comments of the same post that are no replies', async () => {
      const [post, other] = [await posted(), await posted()];
      const parent = await said(post);
      const reply = await said(post, { parentId: parent.id });
      await expectCode(said(post, { parentId: reply.id }), 'invalid-parent');
      await expectCode(said(other, { parentId: parent.id }), 'invalid-parent');
      await expectCode(said(post, { parentId: NOBODY }), 'invalid-parent');
    });

    it('are listed oldest first when they are approved, or deleted with replies', async () => {
      const post = await posted();
      const at = (minutes: number, changes: Partial<Comment> = {}) =>
        said(post, {
          createdAt: plus(T0, minutes * MINUTE),
          updatedAt: plus(T0, minutes * MINUTE),
          ...changes,
        });
      const gone = { status: 'deleted', comment: null, html: null } as const;
      const [one, two, three] = [await at(3), await at(1), await at(2)];
      const deleted = await at(4);
      const forgotten = await at(5, gone);
      const hidden = await at(6);
      await at(7, { status: 'pending', approvedAt: null });
      await at(7, { status: 'spam', approvedAt: null });
      const replies = [await at(8, { parentId: deleted.id }), await at(9, { parentId: one.id })];
      const orphan = await at(9, { parentId: hidden.id });
      await saved(deleteComment(deleted, plus(T0, 10 * MINUTE)));
      await run(({ comments }) => comments.save({ ...hidden, status: 'hidden' }));
      const shown = [two, three, one, deleted, ...replies].map(({ id }) => id);
      expect(await walk((page) => queries().comments(post.id, LATER, page))).to.deep.equal(shown);
      for (const { id } of [forgotten, hidden, orphan])
        expect(await queries().shownComment(id, LATER)).to.equal(undefined);
      expect(await queries().shownComment(deleted.id, LATER)).to.include({
        comment: null,
        status: 'deleted',
      });
      expect(await queries().shownComment(one.id, { ...LATER, now: plus(T0, -1) })).to.equal(undefined);
      const newest = (await queries().post({ id: post.id }, LATER, { comments: true }))?.comments;
      expect(newest?.map(({ id }) => id)).to.deep.equal(
        [...shown].reverse().filter((id) => id !== deleted.id),
      );
    });

    it('are listed in the queue, oldest first, with their open reports', async () => {
      const post = await posted();
      const waiting: Comment[] = [];
      for (const minutes of [2, 0, 1]) {
        const createdAt = plus(T0, minutes * MINUTE);
        waiting.push(
          await said(post, { status: 'pending', approvedAt: null, createdAt, updatedAt: createdAt }),
        );
      }
      const approved = await said(post);
      const report = (by: string) => ({
        id: nextId(),
        commentId: approved.id,
        by,
        reason: null,
        createdAt: T0,
      });
      const [one, two] = [await makeUser(), await makeUser()];
      await run(async ({ comments }) => {
        expect(await comments.addReport(report(one))).to.equal(true);
        expect(await comments.addReport(report(one))).to.equal(false);
        expect(await comments.openReports(approved.id)).to.equal(1);
      });
      const list = (statuses: readonly Comment['status'][]) =>
        walk((page) => queries().queue({ statuses, postId: post.id }, page));
      expect(await list(['pending'])).to.deep.equal([1, 2, 0].map((n) => waiting[n]!.id));
      const reports = async () =>
        (await queries().queue({ statuses: ['approved'], postId: post.id }, { limit: 1 })).items[0]?.reports;
      expect(await reports()).to.equal(1);
      await run(async ({ comments }) => {
        await comments.closeReports(approved.id, T1);
        expect(await comments.addReport(report(two))).to.equal(true);
        expect(await comments.openReports(approved.id)).to.equal(1);
      });
      expect(await reports()).to.equal(1);
    });

    it('are counted for their author since a moment, including deleted ones', async () => {
      const [post, authorId] = [await posted(), await makeUser()];
      const times = [0, 1, 2].map((minutes) => plus(T0, minutes * MINUTE));
      for (const createdAt of times) await said(post, { authorId, createdAt, updatedAt: createdAt });
      await said(post);
      const since = (at: Date) => run(({ comments }) => comments.writtenSince(authorId, at));
      expect(await since(plus(T0, -1))).to.have.deep.members(times);
      expect(await since(times[1]!)).to.deep.equal([times[2]]);
    });

    it('store and revoke the trust of their authors', async () => {
      const userId = await makeUser();
      const trustedAt = () => run(async ({ comments }) => (await comments.lockCommenter(userId)).trustedAt);
      expect(await trustedAt()).to.equal(null);
      await run(({ comments }) => comments.setTrusted(userId, T1));
      expect(await trustedAt()).to.deep.equal(T1);
      await run(({ comments }) => comments.setTrusted(userId, null));
      expect(await trustedAt()).to.equal(null);
    });

    it('are found when they were never published, and reasons of reports are erased', async () => {
      const [post, authorId] = [await posted(), await makeUser()];
      const pending = await said(post, { authorId, status: 'pending', approvedAt: null });
      const spam = await said(post, { authorId, status: 'spam', approvedAt: null });
      await said(post, { authorId });
      await said(post, { authorId, status: 'pending', approvedAt: T0 });
      await said(post, { authorId, status: 'deleted', comment: null, html: null, approvedAt: null });
      const reported = await said(post);
      await run(async ({ comments }) => {
        expect((await comments.lockUnpublishedBy(authorId)).map(({ id }) => id)).to.deep.equal([
          pending.id,
          spam.id,
        ]);
        const report = { commentId: reported.id, by: authorId, reason: 'my words', createdAt: T0 };
        await comments.addReport({ id: nextId(), ...report });
      });
      expect(JSON.stringify(await queries().record(authorId)))
        .to.include('my words')
        .and.include(pending.id);
      await run(({ comments }) => comments.deleteReportReasons(authorId));
      expect(JSON.stringify(await queries().record(authorId))).not.to.include('my words');
      expect(await queries().record(await makeUser())).to.equal(undefined);
    });

    it('return the facts of a mail about them', async () => {
      const post = await posted({ title: 'Under this' });
      const comment = await said(post);
      expect(await queries().commentSubject(comment.id)).to.deep.equal({
        status: 'approved',
        postTitle: 'Under this',
        postSlug: post.slug,
        postAuthorId: post.authorId,
        commentAuthorId: comment.authorId,
      });
      expect(await queries().commentSubject(NOBODY)).to.equal(undefined);
    });
  });

  it('rolls back a unit of work that throws', async () => {
    const post = aPost({ authorId: await makeUser() });
    const failure = new Error('changed my mind');
    const thrown = await rejection(
      run(async ({ posts, comments, journalQueries }) => {
        await posts.claimSlug(post.slug, post.id);
        await posts.insert(post);
        await comments.insert(aComment({ postId: post.id, authorId: post.authorId }));
        expect(await journalQueries.post({ id: post.id }, LATER)).to.include({ id: post.id });
        throw failure;
      }),
    );
    expect(thrown).to.equal(failure);
    expect(await queries().post({ id: post.id }, LATER)).to.equal(undefined);
    expect([...(await run(({ posts }) => posts.freeSlugs([post.slug])))]).to.deep.equal([post.slug]);
  });

  it('gives a slug to exactly one of twenty concurrent claims', async () => {
    const made = [];
    for (let n = 0; n < 20; n += 1) made.push(await posted());
    const slug = `wanted-${made[0]!.id.slice(-12)}`;
    const claims = await Promise.all(made.map(({ id }) => run(({ posts }) => posts.claimSlug(slug, id))));
    expect(claims.filter(Boolean)).to.have.length(1);
  });
}
