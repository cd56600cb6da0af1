import { expect } from 'chai';
import { MINUTE, plus, SECOND } from '../../src/kernel/clock.js';
import type { CommentView, PostView } from '../../src/journal/application/ports.js';
import { COMMENT_STATUSES, type CommentStatus } from '../../src/journal/domain/comment.js';
import { backToPending, editComment, EDIT_WINDOW_MS } from '../../src/journal/domain/comment.js';
import type { Viewer } from '../../src/journal/domain/viewer.js';
import { aComment, nextId, T0 } from '../support/builders/journal.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import {
  ADMIN,
  AUTHOR,
  COLLEAGUE,
  FIRST,
  MEMBER,
  MEMBERS,
  NOWHERE,
  openJournalFixture,
  OTHER,
  STRANGER,
  type JournalFixture,
  type Person,
} from './journal-fixture.js';

const links = (count: number): string => Array.from({ length: count }, (_, n) => `http://${n}`).join(' ');

describe('comments of the journal', () => {
  let journal: JournalFixture;
  let post: PostView;
  beforeEach(async () => {
    journal = openJournalFixture();
    post = await journal.published();
  });
  const shownTo = async (viewer: Viewer, { id } = post): Promise<(string | null)[]> =>
    (await journal.listComments({ viewer, postId: id, page: FIRST })).items.map(({ comment }) => comment);
  const seen = (viewer: Viewer, { id }: Pick<CommentView, 'id'>): Promise<CommentView> =>
    journal.viewComment({ viewer, commentId: id });
  const queue = async (statuses: readonly CommentStatus[] = ['pending'], postId?: string) =>
    (await journal.listCommentQueue({ statuses, postId, page: FIRST })).items;
  const statusOf = async (comment: CommentView): Promise<string> =>
    (await journal.journalQueries.comment(comment.id))!.status;
  const trust = async (person: Person = MEMBER): Promise<void> => {
    await journal.shown(await journal.published(), person);
  };
  const three = MEMBERS.slice(0, 3);

  describe('when written', () => {
    it('are pending while their author is new', async () => {
      const comment = await journal.comment(post, MEMBER, { text: 'Hello' });
      expect(comment).to.deep.include({
        postId: post.id,
        parentId: null,
        comment: 'Hello',
        html: '<p>Hello</p> by 1',
        status: 'pending',
        version: 1,
        createdAt: journal.clock.now(),
        editedAt: null,
      });
      expect(comment.author.id).to.equal(MEMBER.userId);
      expect(await shownTo(STRANGER)).to.deep.equal([]);
      expect(await statusOf(await journal.comment(post, MEMBER)), 'the second one waits too').to.equal(
        'pending',
      );
    });

    it('are published at once when their author is trusted or staff', async () => {
      await trust();
      expect((await journal.comment(post, MEMBER, { text: 'Trusted' })).status).to.equal('approved');
      expect((await journal.comment(post, COLLEAGUE, { text: 'Staff' })).status).to.equal('approved');
      expect((await journal.comment(post, OTHER, { text: 'New' })).status).to.equal('pending');
      expect(await shownTo(STRANGER)).to.deep.equal(['Trusted', 'Staff']);
    });

    it('are pending with more than two links, unless staff wrote them', async () => {
      await trust();
      expect((await journal.comment(post, MEMBER, { text: links(2) })).status).to.equal('approved');
      expect((await journal.comment(post, MEMBER, { text: links(3) })).status).to.equal('pending');
      expect((await journal.comment(post, COLLEAGUE, { text: links(4) })).status).to.equal('approved');
    });

    it('are refused without a confirmed address', async () => {
      await journal.refused(() => journal.comment(post, MEMBER, { emailVerified: false }), 'forbidden');
      await journal.refused(() => journal.comment(post, AUTHOR, { emailVerified: false }), 'forbidden');
    });

    it('are refused when they are blank, too long or cannot be rendered', async () => {
      for (const text of ['', ' \n ', 'x'.repeat(5_001), 'POISON']) {
        const error = await journal.refused(() => journal.comment(post, MEMBER, { text }), 'validation');
        expect(pointersOf(error)).to.deep.equal(['/comment']);
      }
      const longest = '🦷'.repeat(5_000);
      expect((await journal.comment(post, MEMBER, { text: longest })).comment).to.equal(longest);
    });

    it('need a post that the author can see', async () => {
      const hidden = [
        await journal.draft(),
        await journal.published({ visibility: 'staff' }),
        await journal.advance(await journal.draft(), {
          to: 'scheduled',
          publishAt: plus(journal.clock.now(), 1),
        }),
      ];
      for (const unseen of [...hidden, { id: NOWHERE }])
        await journal.refused(() => journal.comment(unseen, MEMBER), 'not-found');
      const forMembers = await journal.published({ visibility: 'members' });
      expect((await journal.comment(forMembers, MEMBER)).status).to.equal('pending');
      expect((await journal.comment(hidden[0]!, AUTHOR)).status).to.equal('approved');
      journal.clock.advance(1);
      expect((await journal.comment(hidden[2]!, MEMBER)).status).to.equal('pending');
    });

    it('are accepted when the policy is open, and shown when it is open or locked', async () => {
      await journal.shown(post, MEMBER, { text: 'There' });
      for (const [commentPolicy, shown] of [
        ['locked', ['There']],
        ['hidden', []],
      ] as const) {
        await journal.change(post, { commentPolicy });
        for (const caller of [MEMBER, AUTHOR, ADMIN])
          await journal.refused(() => journal.comment(post, caller), 'comments-closed');
        expect(await shownTo(STRANGER)).to.deep.equal(shown);
        expect(await shownTo(AUTHOR)).to.deep.equal(shown);
      }
    });
  });

  describe('reply', () => {
    it('to a visible comment of the same post', async () => {
      const parent = await journal.shown(post);
      const reply = await journal.shown(post, OTHER, { parent });
      expect(reply.parentId).to.equal(parent.id);
      expect(await shownTo(STRANGER)).to.deep.equal([parent.comment, reply.comment]);
    });

    it('to no other comment, with one error for all reasons', async () => {
      const elsewhere = await journal.shown(await journal.published());
      const reply = await journal.shown(post, OTHER, { parent: await journal.shown(post) });
      const pending = await journal.comment(post, MEMBERS[0]!);
      const hidden = await journal.moderate(await journal.shown(post), 'hidden');
      const spam = await journal.moderate(await journal.comment(post, MEMBERS[1]!), 'spam');
      const deleted = await journal.shown(post);
      await journal.remove(deleted, COLLEAGUE);
      const messages = new Set<string>();
      for (const parent of [elsewhere, reply, pending, hidden, spam, deleted, { ...reply, id: NOWHERE }]) {
        const error = await journal.refused(
          () => journal.comment(post, AUTHOR, { parent }),
          'invalid-parent',
        );
        expect(pointersOf(error)).to.deep.equal(['/parentId']);
        messages.add(JSON.stringify([error.message, error.details]));
      }
      expect(messages.size).to.equal(1);
    });

    it('and are hidden and shown with their parent', async () => {
      const parent = await journal.shown(post, MEMBER, { text: 'Parent' });
      const reply = await journal.shown(post, OTHER, { text: 'Reply', parent });
      await journal.moderate(parent, 'hidden');
      expect(await shownTo(STRANGER)).to.deep.equal([]);
      await expectCode(seen(MEMBERS[0]!, reply), 'not-found');
      expect((await seen(OTHER, reply)).comment).to.equal('Reply');
      await journal.moderate(parent, 'approved');
      expect(await shownTo(STRANGER)).to.deep.equal(['Parent', 'Reply']);
    });
  });

  describe('with the same text', () => {
    it('are refused on one post, apart from white space and case', async () => {
      await journal.comment(post, MEMBER, { text: 'Nice  post' });
      for (const text of ['Nice  post', ' NICE\n\t post '])
        await journal.refused(() => journal.comment(post, MEMBER, { text }), 'duplicate-comment');
      for (const text of ['Nicepost', 'Straße', 'STRASSE']) await journal.comment(post, MEMBER, { text });
    });

    it('are accepted from another author, on another post, and after the first was deleted', async () => {
      const text = 'Nice post';
      const first = await journal.comment(post, MEMBER, { text });
      await journal.comment(post, OTHER, { text });
      await journal.comment(await journal.published(), MEMBER, { text });
      await journal.remove(first, MEMBER);
      await journal.comment(post, MEMBER, { text });
    });

    it('are refused when an edit makes them equal, but not when the edit changes nothing', async () => {
      await journal.comment(post, MEMBER, { text: 'Nice post' });
      const other = await journal.comment(post, MEMBER, { text: 'Good post' });
      await journal.refused(() => journal.edit(other, MEMBER, 'nice POST'), 'duplicate-comment');
      expect((await journal.edit(other, MEMBER, 'good POST')).comment).to.equal('good POST');
    });
  });

  describe('beyond the limit', () => {
    const write = async (count: number, everyMs = 0): Promise<CommentView[]> => {
      const made: CommentView[] = [];
      for (let n = 0; n < count; n += 1) {
        if (n > 0) journal.clock.advance(everyMs);
        made.push(await journal.comment(post, MEMBER));
      }
      return made;
    };
    const waitOf = async (): Promise<unknown> =>
      (await journal.refused(() => journal.comment(post, MEMBER), 'rate-limited')).details;

    it('are refused after ten in ten minutes, with the time to wait', async () => {
      await write(10, 30 * SECOND);
      expect(await waitOf()).to.deep.equal({ retryAfterSeconds: 330 });
      journal.clock.advance(330 * SECOND - 1);
      expect(await waitOf()).to.deep.equal({ retryAfterSeconds: 1 });
      journal.clock.advance(1);
      await journal.comment(post, MEMBER);
      expect(await waitOf(), 'until the second of them is old enough').to.deep.equal({
        retryAfterSeconds: 30,
      });
    });

    it('count deleted comments and comments on other posts', async () => {
      const [first] = await write(9);
      await journal.comment(await journal.published(), MEMBER);
      await journal.remove(first!, MEMBER);
      expect(await waitOf()).to.deep.equal({ retryAfterSeconds: 600 });
    });

    it('do not affect other authors, and are accepted when the limit is off', async () => {
      await write(10);
      await journal.comment(post, OTHER);
      const made = await journal.addCommentUnlimited({
        caller: { ...MEMBER, emailVerified: true },
        postId: post.id,
        parentId: null,
        text: 'One more',
      });
      expect(made.status).to.equal('pending');
    });

    it('are measured from the tenth latest comment', async () => {
      await write(10);
      journal.clock.advance(MINUTE);
      for (let n = 0; n < 2; n += 1)
        await journal.addCommentUnlimited({
          caller: { ...MEMBER, emailVerified: true },
          postId: post.id,
          parentId: null,
          text: `More ${n}`,
        });
      expect(await waitOf()).to.deep.equal({ retryAfterSeconds: 540 });
    });
  });

  describe('are changed', () => {
    it('by their author for 15 minutes, to the millisecond', async () => {
      const comment = await journal.comment(post, MEMBER);
      journal.clock.advance(EDIT_WINDOW_MS);
      const edited = await journal.edit(comment, MEMBER, 'Edited');
      expect(edited).to.deep.include({
        comment: 'Edited',
        html: '<p>Edited</p> by 1',
        status: 'pending',
        version: 2,
        createdAt: comment.createdAt,
        editedAt: journal.clock.now(),
      });
      journal.clock.advance(1);
      const deadline = plus(comment.createdAt, 15 * MINUTE).toISOString();
      for (const attempt of [
        () => journal.edit(comment, MEMBER, 'Late'),
        () => journal.remove(comment, MEMBER),
      ])
        expect((await journal.refused(attempt, 'edit-window-closed')).details).to.deep.equal({ deadline });
      expect((await journal.edit(comment, COLLEAGUE, 'By staff')).comment).to.equal('By staff');
      await journal.remove(comment, COLLEAGUE);
    });

    it('only by their author and staff', async () => {
      const comment = await journal.shown(post);
      for (const [caller, there] of [
        [OTHER, comment],
        [MEMBER, { ...comment, id: NOWHERE }],
        [ADMIN, { ...comment, id: NOWHERE }],
      ] as const) {
        await journal.refused(() => journal.edit(there, caller, 'Other'), 'not-found');
        await journal.refused(() => journal.remove(there, caller), 'not-found');
      }
      await journal.edit(comment, COLLEAGUE, 'By staff');
    });

    it('only from the current version', async () => {
      const comment = await journal.shown(post);
      await journal.refused(
        () => journal.edit(comment, MEMBER, 'X', comment.version - 1),
        'version-mismatch',
      );
      await journal.refused(() => journal.remove(comment, MEMBER, comment.version + 1), 'version-mismatch');
      const edited = await journal.edit(comment, MEMBER, 'X', comment.version);
      await journal.remove(comment, MEMBER, edited.version);
    });

    it('only into valid text', async () => {
      const comment = await journal.shown(post);
      for (const text of ['', 'x'.repeat(5_001), 'POISON'])
        await journal.refused(() => journal.edit(comment, MEMBER, text), 'validation');
    });

    it('by their author unless a moderator has taken them down', async () => {
      const hidden = await journal.moderate(await journal.shown(post), 'hidden');
      const spam = await journal.moderate(await journal.comment(post, OTHER), 'spam');
      for (const [comment, author] of [
        [hidden, MEMBER],
        [spam, OTHER],
      ] as const) {
        for (const attempt of [
          () => journal.edit(comment, author, 'X'),
          () => journal.remove(comment, author),
        ])
          expect((await journal.refused(attempt, 'edit-window-closed')).details).to.deep.equal({});
        expect((await journal.edit(comment, COLLEAGUE, 'By staff')).status).to.equal(comment.status);
      }
    });

    it('and are pending again with more than two links, unless staff edit them', async () => {
      const comment = await journal.shown(post);
      expect((await journal.edit(comment, MEMBER, links(2))).status).to.equal('approved');
      expect((await journal.edit(comment, COLLEAGUE, links(3))).status).to.equal('approved');
      expect((await journal.edit(comment, MEMBER, links(4))).status).to.equal('pending');
      expect(await shownTo(STRANGER)).to.deep.equal([]);
      expect((await journal.edit(comment, MEMBER, 'Fine')).status, 'until they are approved').to.equal(
        'pending',
      );
    });

    it('without moving updatedAt backwards on a slow clock', () => {
      const comment = aComment({ postId: nextId(), authorId: nextId() });
      const changed = backToPending(comment, plus(T0, -1));
      expect(changed.updatedAt).to.deep.equal(T0);
      expect(backToPending(comment, plus(T0, 1)).updatedAt).to.deep.equal(plus(T0, 1));
    });

    it('never after they are deleted', async () => {
      const comment = await journal.comment(post, MEMBER);
      await journal.remove(comment, MEMBER);
      for (const caller of [MEMBER, ADMIN]) {
        await journal.refused(() => journal.edit(comment, caller, 'Back'), 'not-found');
        await journal.refused(() => journal.remove(comment, caller), 'not-found');
      }
      const gone = aComment({
        postId: post.id,
        authorId: MEMBER.userId,
        status: 'deleted',
        comment: null,
        html: null,
      });
      expect(() =>
        editComment(gone, { text: 'X', rendered: { html: 'X', version: 1, links: 0 }, byStaff: true }, T0),
      ).to.throw('cannot be changed');
    });
  });

  describe('that are deleted', () => {
    it('are erased, and not listed without replies', async () => {
      const comment = await journal.shown(post, MEMBER, { text: 'Gone' });
      await journal.remove(comment, MEMBER);
      expect(await shownTo(STRANGER)).to.deep.equal([]);
      for (const viewer of [MEMBER, COLLEAGUE, STRANGER])
        await expectCode(seen(viewer, comment), 'not-found');
      expect(await journal.journalQueries.comment(comment.id)).to.deep.include({
        status: 'deleted',
        comment: null,
        html: null,
      });
    });

    it('stay as empty entries while a reply to them is visible', async () => {
      const parent = await journal.shown(post, MEMBER, { text: 'Parent' });
      const reply = await journal.shown(post, OTHER, { text: 'Reply', parent });
      await journal.remove(parent, COLLEAGUE);
      expect(await shownTo(STRANGER)).to.deep.equal([null, 'Reply']);
      expect(await seen(STRANGER, parent)).to.include({ status: 'deleted', comment: null, html: null });
      await journal.moderate(reply, 'hidden');
      expect(await shownTo(STRANGER)).to.deep.equal([]);
    });
  });

  describe('go through moderation', () => {
    const WAYS: Readonly<Record<CommentStatus, readonly CommentStatus[]>> = {
      pending: ['approved', 'spam', 'deleted'],
      approved: ['hidden'],
      hidden: ['approved'],
      spam: ['approved'],
      deleted: [],
    };
    const inState = async (status: CommentStatus): Promise<CommentView> => {
      const comment = await journal.comment(post, MEMBER);
      if (status === 'pending') return comment;
      if (status === 'spam') return journal.moderate(comment, 'spam');
      const approved = await journal.moderate(comment, 'approved');
      if (status === 'hidden') return journal.moderate(comment, 'hidden');
      if (status === 'deleted') await journal.remove(comment, MEMBER);
      return approved;
    };
    for (const from of COMMENT_STATUSES)
      for (const to of ['approved', 'hidden', 'spam'] as const)
        if (WAYS[from].includes(to))
          it(`from ${from} to ${to}`, async () => {
            const comment = await inState(from);
            const moved = await journal.moderate(comment, to);
            expect(moved).to.deep.equal({ ...comment, status: to, version: comment.version + 1 });
          });
        else
          it(`not from ${from} to ${to}`, async () => {
            const comment = await inState(from);
            const error = await journal.refused(() => journal.moderate(comment, to), 'invalid-transition');
            expect(error.details).to.deep.equal({ from, to, allowed: WAYS[from] });
          });

    it('only from the current version', async () => {
      const comment = await journal.comment(post, MEMBER);
      await journal.refused(() => journal.moderate(comment, 'approved', 2), 'version-mismatch');
      await journal.refused(() => journal.moderate({ id: NOWHERE }, 'approved'), 'not-found');
      await journal.moderate(comment, 'approved', 1);
    });

    it('make their author trusted with the first approval', async () => {
      const comment = await journal.comment(post, MEMBER);
      await journal.moderate(comment, 'approved');
      expect((await journal.comment(post, MEMBER)).status).to.equal('approved');
    });

    it('revoke the trust of their author when marked as spam, until the next approval', async () => {
      await trust();
      const waiting = await journal.comment(post, MEMBER, { text: links(3) });
      await journal.moderate(waiting, 'spam');
      const next = await journal.comment(post, MEMBER);
      expect(next.status).to.equal('pending');
      await journal.moderate(next, 'approved');
      expect((await journal.comment(post, MEMBER)).status).to.equal('approved');
    });

    it('make no author trusted when marked as spam', async () => {
      await journal.moderate(await journal.comment(post, MEMBER), 'spam');
      expect((await journal.comment(post, MEMBER)).status).to.equal('pending');
    });

    it('leave the trust of their author unchanged when hidden', async () => {
      const [first, second] = [await journal.shown(post), await journal.shown(post)];
      await journal.moderate(first, 'hidden');
      expect((await journal.comment(post, MEMBER)).status).to.equal('approved');
      const waiting = await journal.comment(post, MEMBER, { text: links(3) });
      await journal.moderate(waiting, 'spam');
      await journal.moderate(second, 'hidden');
      expect((await journal.comment(post, MEMBER)).status).to.equal('pending');
    });

    it('in a queue of pending comments or of the requested states, oldest first', async () => {
      const other = await journal.published();
      const first = await journal.comment(post, MEMBER);
      journal.clock.advance(1);
      const second = await journal.comment(other, MEMBER);
      const spam = await journal.moderate(await journal.comment(post, OTHER), 'spam');
      const ids = (items: readonly CommentView[]) => items.map(({ id }) => id);
      expect(ids(await queue())).to.deep.equal([first.id, second.id]);
      expect(ids(await queue(['pending'], other.id))).to.deep.equal([second.id]);
      expect(ids(await queue(['spam']))).to.deep.equal([spam.id]);
    });
  });

  describe('are reported', () => {
    it('by three members, and are then pending again', async () => {
      const comment = await journal.shown(post);
      for (const [n, reporter] of three.entries()) {
        expect(await statusOf(comment)).to.equal('approved');
        expect((await queue(['approved']))[0]?.reports).to.equal(n);
        await journal.report(comment, reporter, 'Rude');
      }
      expect(await statusOf(comment)).to.equal('pending');
      expect(await shownTo(STRANGER)).to.deep.equal([]);
      expect((await queue())[0]).to.include({ id: comment.id, reports: 3 });
    });

    it('at most once by each member', async () => {
      const comment = await journal.shown(post);
      for (let n = 0; n < 3; n += 1) await journal.report(comment, three[0]!);
      expect((await queue(['approved']))[0]?.reports).to.equal(1);
      for (const reporter of three.slice(1)) await journal.report(comment, reporter);
      await journal.moderate(comment, 'approved');
      expect((await queue(['approved']))[0]?.reports, 'answered').to.equal(0);
      for (const reporter of three) await journal.report(comment, reporter);
      expect(await statusOf(comment)).to.equal('approved');
      for (const reporter of MEMBERS.slice(3, 5)) await journal.report(comment, reporter);
      expect(await statusOf(comment)).to.equal('approved');
      expect((await journal.report(comment, MEMBERS[5]!)).status).to.equal('pending');
    });

    it('only when the member can see them', async () => {
      const pending = await journal.comment(post, OTHER);
      const parent = await journal.shown(post, MEMBER);
      const reply = await journal.shown(post, AUTHOR, { parent });
      const forStaff = await journal.published({ visibility: 'staff' });
      const unseen = await journal.comment(forStaff, AUTHOR);
      const deleted = await journal.shown(post, COLLEAGUE);
      await journal.shown(post, COLLEAGUE, { parent: deleted });
      await journal.remove(deleted, COLLEAGUE);
      await journal.moderate(parent, 'hidden');
      for (const comment of [pending, parent, reply, unseen, deleted, { ...reply, id: NOWHERE }])
        await journal.refused(() => journal.report(comment, MEMBERS[0]!), 'not-found');
      await journal.refused(() => journal.report(pending, OTHER), 'not-found');
      await journal.report(unseen, COLLEAGUE);
    });
  });

  describe('are read one by one', () => {
    it('by everybody after their approval, before it by author and staff', async () => {
      const comment = await journal.comment(post, MEMBER);
      for (const viewer of [STRANGER, OTHER]) await expectCode(seen(viewer, comment), 'not-found');
      for (const viewer of [MEMBER, COLLEAGUE])
        expect((await seen(viewer, comment)).status).to.equal('pending');
      await journal.moderate(comment, 'approved');
      for (const viewer of [STRANGER, OTHER])
        expect((await seen(viewer, comment)).status).to.equal('approved');
      await expectCode(seen(AUTHOR, { id: NOWHERE }), 'not-found');
    });

    it('with the HTML of the current renderer', async () => {
      const comment = await journal.shown(post, MEMBER, { text: 'Words' });
      const waiting = await journal.comment(post, OTHER, { text: 'Waits' });
      journal.markdown.version = 2;
      expect(await seen(STRANGER, comment)).to.include({ html: '<p>Words</p> by 2', htmlVersion: 2 });
      const { items } = await journal.listComments({ viewer: STRANGER, postId: post.id, page: FIRST });
      expect(items.map(({ html }) => html)).to.deep.equal(['<p>Words</p> by 2']);
      expect((await queue()).map(({ html }) => html)).to.deep.equal(['<p>Waits</p> by 2']);
      journal.markdown.poison = 'Waits';
      expect(await seen(COLLEAGUE, waiting)).to.include({ html: '', htmlVersion: 2 });
    });

    it('without the text of deleted comments, also after the renderer changed', async () => {
      const parent = await journal.shown(post);
      await journal.shown(post, OTHER, { parent });
      await journal.remove(parent, MEMBER);
      journal.markdown.version = 2;
      expect(await seen(STRANGER, parent)).to.include({ html: null, htmlVersion: 1 });
    });
  });

  describe('are mailed', () => {
    it('to the author of the post when they are published', async () => {
      await trust();
      const before = journal.mails().length;
      const comment = await journal.comment(post, MEMBER);
      expect(journal.mails().slice(before)).to.deep.equal([{ commentId: comment.id, to: 'author' }]);
    });

    it('to both when they are approved for the first time', async () => {
      const comment = await journal.comment(post, MEMBER);
      expect(journal.mails()).to.deep.equal([]);
      const both = ['commenter', 'author'].map((to) => ({ commentId: comment.id, to }));
      await journal.moderate(comment, 'approved');
      expect(journal.mails()).to.deep.equal(both);
      await journal.moderate(comment, 'hidden');
      await journal.moderate(comment, 'approved');
      expect(journal.mails()).to.deep.equal(both);
    });

    it('to nobody about spam, and to no author about their own comment', async () => {
      await journal.moderate(await journal.comment(post, MEMBER), 'spam');
      await journal.comment(post, AUTHOR);
      expect(journal.mails()).to.deep.equal([]);
      const former = { ...AUTHOR, role: 'member' } as const;
      const own = await journal.moderate(await journal.comment(post, former), 'approved');
      expect(journal.mails()).to.deep.equal([{ commentId: own.id, to: 'commenter' }]);
    });

    it('without their text, and only while they are visible', async () => {
      const comment = await journal.shown(post, MEMBER, { text: 'Secret' });
      const send = (to: 'author' | 'commenter', commentId = comment.id) =>
        journal.sendCommentMail({ jobId: `job-${to}`, commentId, to });
      await send('author');
      await send('commenter');
      expect(journal.letters.map(({ id, userId, subject }) => [id, userId, subject])).to.deep.equal([
        ['job-author', AUTHOR.userId, 'A comment on your post'],
        ['job-commenter', MEMBER.userId, 'Your comment is published'],
      ]);
      for (const { text } of journal.letters) {
        expect(text).to.contain(post.title).and.to.contain(`https://praxis.example/v1/posts/${post.slug}\n`);
        expect(text).not.to.contain('Secret');
      }
      await journal.moderate(comment, 'hidden');
      await send('author');
      await send('author', NOWHERE);
      expect(journal.letters).to.have.length(2);
    });
  });

  describe('of an erased person', () => {
    const recordOf = async ({ userId }: Person) =>
      (await journal.journalQueries.record(userId)) as {
        comments: readonly { id: string; comment: string | null; status: string; version: number }[];
        reports: readonly { reason: string | null }[];
      };

    it('stay when they were published, and are deleted when they never were', async () => {
      const shown = await journal.shown(post);
      const hidden = await journal.moderate(await journal.comment(post, MEMBER), 'hidden');
      const reported = await journal.comment(post, MEMBER);
      for (const reporter of three) await journal.report(reported, reporter);
      const pending = await journal.comment(post, MEMBER, { text: links(3) });
      const spam = await journal.moderate(await journal.comment(post, MEMBER, { text: links(4) }), 'spam');
      const others = await journal.comment(post, OTHER);
      await journal.forgetCommenter({ userId: MEMBER.userId });
      expect(await Promise.all([shown, hidden, reported, pending, spam, others].map(statusOf))).to.deep.equal(
        ['approved', 'hidden', 'pending', 'deleted', 'deleted', 'pending'],
      );
      expect((await recordOf(MEMBER)).comments.filter(({ comment }) => comment === null)).to.have.length(2);
    });

    it('lose their trust, and the reasons of their reports are erased', async () => {
      await trust();
      const comment = await journal.shown(post, OTHER);
      await journal.report(comment, MEMBER, 'My neighbour');
      await journal.report(comment, MEMBERS[0]!, 'Rude');
      await journal.forgetCommenter({ userId: MEMBER.userId });
      expect((await recordOf(MEMBER)).reports.map(({ reason }) => reason)).to.deep.equal([null]);
      expect((await recordOf(MEMBERS[0]!)).reports.map(({ reason }) => reason)).to.deep.equal(['Rude']);
      expect((await queue(['approved'], post.id))[0]?.reports, 'they still count').to.equal(2);
      expect((await journal.comment(post, MEMBER)).status).to.equal('pending');
      expect((await journal.comment(post, OTHER)).status).to.equal('approved');
    });

    it('do not change when the person is erased again', async () => {
      await journal.comment(post, MEMBER);
      await journal.forgetCommenter({ userId: MEMBER.userId });
      const before = await recordOf(MEMBER);
      journal.clock.advance(MINUTE);
      await journal.forgetCommenter({ userId: MEMBER.userId });
      expect(await recordOf(MEMBER)).to.deep.equal(before);
    });
  });

  it('are listed for readers of the post', async () => {
    const forMembers = await journal.published({ visibility: 'members' });
    await journal.shown(forMembers, MEMBER, { text: 'Among us' });
    expect(await shownTo(OTHER, forMembers)).to.deep.equal(['Among us']);
    await expectCode(shownTo(STRANGER, forMembers), 'not-found');
    await expectCode(shownTo(ADMIN, { ...post, id: NOWHERE }), 'not-found');
  });
});
