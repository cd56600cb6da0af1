import { expect } from 'chai';
import { makeUser, type TestUser } from '../support/praxis.js';
import { execute } from '../support/postgres.js';
import {
  ANY,
  approved,
  commenting,
  draft,
  moderating,
  openJournal,
  published,
  step,
  trusted,
  type Journal,
  type Json,
} from './world.js';

describe('comments', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal();
  });
  after(() => journal.praxis.stop());
  const get = (path: string, who?: TestUser) => journal.praxis.call('GET', path, { token: who?.accessToken });
  const shown = async (post: { id: string }, who?: TestUser): Promise<Json[]> =>
    (await get(`/v1/posts/${post.id}/comments`, who)).body.items;
  const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
  const patch = (comment: { id: string }, text: string, who: TestUser) =>
    journal.praxis.call('PATCH', `/v1/comments/${comment.id}`, {
      token: who.accessToken,
      body: { comment: text },
      headers: ANY,
    });
  const remove = (comment: { id: string }, who: TestUser) =>
    journal.praxis.call('DELETE', `/v1/comments/${comment.id}`, { token: who.accessToken });
  const report = (comment: { id: string }, who: TestUser, body?: object) =>
    journal.praxis.call('POST', `/v1/comments/${comment.id}/report`, {
      token: who.accessToken,
      ...(body && { body }),
    });
  const age = (comment: { id: string }, minutes: number) =>
    execute(
      journal.praxis.ownerUrl,
      `UPDATE comments SET created_at = created_at - interval '${minutes} minutes' WHERE id = '${comment.id}'`,
    );

  it('are pending until the first comment of a member is approved, and later ones are published at once', async () => {
    const post = await published(journal);
    const member = await makeUser(journal.praxis);
    const first = await commenting(journal, post, member, { comment: 'My *first*' });
    expect(first.status, first.text).to.equal(201);
    expect(first.body).to.include({
      status: 'pending',
      comment: 'My *first*',
      html: '<p>My <em>first</em></p>',
      parentId: null,
      postId: post.id,
      editedAt: null,
      version: 1,
    });
    expect(await shown(post)).to.deep.equal([]);
    expect(await shown(post, member)).to.deep.equal([]);
    const path = first.headers.get('location')!;
    for (const [who, status] of [
      [undefined, 404],
      [journal.member, 404],
      [member, 200],
      [journal.colleague, 200],
    ] as const)
      expect((await get(path, who)).status).to.equal(status);
    expect((await moderating(journal, first.body, 'approve')).body.status).to.equal('approved');
    expect(idsOf(await shown(post))).to.deep.equal([first.body.id]);
    expect((await get(path)).body.author).to.deep.equal({ id: member.id, name: 'Mia Member' });
    const second = await commenting(journal, post, member);
    expect(second.body.status).to.equal('approved');
    expect(idsOf(await shown(post))).to.deep.equal([first.body.id, second.body.id]);
    const links = await commenting(journal, post, member, {
      comment: 'https://a.example http://b.example [c](https://c.example)',
    });
    expect(links.body.status).to.equal('pending');
    const two = await commenting(journal, post, member, { comment: 'https://a.example http://b.example' });
    expect(two.body.status).to.equal('approved');
    expect(two.body.html).to.equal(
      '<p><a href="https://a.example" rel="nofollow ugc">https://a.example</a> <a href="http://b.example" rel="nofollow ugc">http://b.example</a></p>',
    );
    expect((await commenting(journal, post, journal.colleague)).body.status).to.equal('approved');
  });

  it('revoke the trust of their author when they are marked as spam', async () => {
    const post = await published(journal);
    const member = await trusted(journal);
    const spam = await commenting(journal, post, member, {
      comment: 'https://a.example https://b.example https://c.example',
    });
    expect((await moderating(journal, spam.body, 'spam')).body.status).to.equal('spam');
    expect((await commenting(journal, post, member)).body.status).to.equal('pending');
  });

  it('need a member with a confirmed address and a post the member can see', async () => {
    const post = await published(journal);
    const unproved = await makeUser(journal.praxis);
    await execute(
      journal.praxis.ownerUrl,
      `UPDATE users SET email_verified_at = NULL WHERE id = '${unproved.id}'`,
    );
    expect((await commenting(journal, post, unproved)).body.code).to.equal('forbidden');
    const hidden = [await draft(journal), await published(journal, { visibility: 'staff' })];
    for (const unseen of hidden)
      expect((await commenting(journal, unseen, journal.member)).status).to.equal(404);
    const inside = await published(journal, { visibility: 'members' });
    expect((await commenting(journal, inside, journal.member)).status).to.equal(201);
    expect((await get(`/v1/posts/${inside.id}/comments`)).status).to.equal(404);
    const comment = await approved(journal, inside);
    expect((await get(`/v1/comments/${comment.id}`)).status).to.equal(404);
    expect((await get(`/v1/comments/${comment.id}`, journal.member)).status).to.equal(200);
    await step(journal, inside, 'archive');
    expect((await get(`/v1/comments/${comment.id}`, await makeUser(journal.praxis))).status).to.equal(404);
  });

  it('are refused on locked posts, and not shown on posts that hide them', async () => {
    const post = await published(journal);
    const comment = await approved(journal, post);
    const policy = async (commentPolicy: string) => {
      await journal.praxis.call('PATCH', `/v1/posts/${post.id}`, {
        token: journal.author.accessToken,
        body: { commentPolicy },
        headers: ANY,
      });
      return (await commenting(journal, post, journal.member)).body.code;
    };
    expect(await policy('locked')).to.equal('comments-closed');
    expect(idsOf(await shown(post))).to.deep.equal([comment.id]);
    expect(await policy('hidden')).to.equal('comments-closed');
    expect(await shown(post)).to.deep.equal([]);
    expect((await get(`/v1/comments/${comment.id}`)).status).to.equal(404);
    expect((await get(`/v1/posts/${post.id}?include=comments`)).body.comments).to.deep.equal([]);
  });

  it('have replies on one level, on the same post, when they are visible', async () => {
    const [post, other] = [await published(journal), await published(journal)];
    const member = await trusted(journal);
    const parent = await approved(journal, post);
    const reply = await commenting(journal, post, member, { parentId: parent.id });
    expect(reply.body).to.include({ parentId: parent.id, status: 'approved' });
    const pending = await commenting(journal, post, await makeUser(journal.praxis));
    const answers = [];
    for (const [under, parentId] of [
      [post, reply.body.id],
      [other, parent.id],
      [post, pending.body.id],
      [post, '01900000-0000-7000-8000-000000000000'],
    ] as const) {
      const { status, body } = await commenting(journal, under, member, { parentId });
      expect(status).to.equal(422);
      expect(body.code).to.equal('invalid-parent');
      answers.push(JSON.stringify([body.detail, body.errors]));
    }
    expect(new Set(answers).size).to.equal(1);
    await moderating(journal, parent, 'hide');
    expect(await shown(post)).to.deep.equal([]);
  });

  it('are refused as duplicates apart from white space and case, until the first is deleted', async () => {
    const [post, other] = [await published(journal), await published(journal)];
    const member = await trusted(journal);
    const first = await commenting(journal, post, member, { comment: 'Thank you  so much' });
    const again = await commenting(journal, post, member, { comment: 'thank you\nSO much ' });
    expect(again.body.code).to.equal('duplicate-comment');
    expect((await commenting(journal, other, member, { comment: 'Thank you so much' })).status).to.equal(201);
    expect((await remove(first.body, member)).status).to.equal(204);
    expect((await commenting(journal, post, member, { comment: 'Thank you so much' })).status).to.equal(201);
  });

  it('can be changed and deleted by their author for 15 minutes, by staff always, by others never', async () => {
    const post = await published(journal);
    const member = await trusted(journal);
    const { body: comment } = await commenting(journal, post, member);
    const edited = await patch(comment, 'Better words', member);
    expect(edited.body).to.include({ comment: 'Better words', html: '<p>Better words</p>', version: 2 });
    expect(edited.body.editedAt).to.be.a('string');
    expect((await patch(comment, 'x', journal.member)).status).to.equal(404);
    expect((await remove(comment, journal.member)).status).to.equal(404);
    const stale = await journal.praxis.call('PATCH', `/v1/comments/${comment.id}`, {
      token: member.accessToken,
      body: { comment: 'x' },
      headers: { 'if-match': '"1.x"' },
    });
    expect(stale.body.code).to.equal('version-mismatch');
    expect(
      (await patch(comment, 'https://a.example https://b.example https://c.example', member)).body.status,
    ).to.equal('pending');
    await moderating(journal, comment, 'approve');
    await age(comment, 15);
    const late = await patch(comment, 'Too late', member);
    expect(late.body.code).to.equal('edit-window-closed');
    expect(late.body.deadline).to.be.a('string');
    expect((await remove(comment, member)).body.code).to.equal('edit-window-closed');
    expect((await patch(comment, 'By staff', journal.colleague)).body.comment).to.equal('By staff');
    const { body: second } = await commenting(journal, post, member);
    await moderating(journal, second, 'hide');
    expect((await patch(second, 'x', member)).body.code).to.equal('edit-window-closed');
    expect((await remove(comment, journal.colleague)).status).to.equal(204);
  });

  it('stay as empty entries when they are deleted and have replies, and their text is erased', async () => {
    const post = await published(journal);
    const member = await trusted(journal);
    const { body: parent } = await commenting(journal, post, member, { comment: 'unmentionable words' });
    const reply = await approved(journal, post, { parentId: parent.id });
    await remove(parent, member);
    const items = await shown(post);
    expect(idsOf(items)).to.deep.equal([parent.id, reply.id]);
    expect(items[0]).to.include({ comment: null, html: null, status: 'deleted' });
    expect((await get(`/v1/comments/${parent.id}`)).body.comment).to.equal(null);
    expect((await commenting(journal, post, journal.member, { parentId: parent.id })).body.code).to.equal(
      'invalid-parent',
    );
    for (const who of [member, journal.admin])
      expect((await get(`/v1/comments?status=deleted&postId=${post.id}`, who)).text).not.to.include(
        'unmentionable',
      );
    expect((await remove(parent, journal.admin)).status).to.equal(404);
    await moderating(journal, reply, 'hide');
    expect(await shown(post)).to.deep.equal([]);
    expect((await get(`/v1/comments/${parent.id}`, journal.admin)).status).to.equal(404);
  });

  it('are pending again with the third report, where each member counts once', async () => {
    const post = await published(journal);
    const comment = await approved(journal, post, {}, await trusted(journal));
    const reporters = [];
    for (let n = 0; n < 3; n += 1) reporters.push(await makeUser(journal.praxis));
    const [one, two, three] = reporters as [TestUser, TestUser, TestUser];
    for (const who of [one, one, one, two])
      expect((await report(comment, who, { reason: 'rude' })).body.status).to.equal('approved');
    const queue = async () =>
      (await get(`/v1/comments?status=pending,approved&postId=${post.id}`, journal.colleague)).body.items;
    expect((await queue())[0].reports).to.equal(2);
    expect((await report(comment, three)).body.status).to.equal('pending');
    expect(await shown(post)).to.deep.equal([]);
    expect((await report(comment, three)).status).to.equal(404);
    expect((await moderating(journal, comment, 'approve')).body.status).to.equal('approved');
    expect((await report(comment, three)).body.status).to.equal('approved');
    expect((await queue())[0]).to.include({ status: 'approved', reports: 0 });
  });

  it('allow the documented transitions and no others', async () => {
    const post = await published(journal);
    const { body: comment } = await commenting(journal, post, await makeUser(journal.praxis));
    const expectStep = async (name: string, expected: string | object) => {
      const { body, text } = await moderating(journal, comment, name);
      if (typeof expected === 'string') expect(body.status, text).to.equal(expected);
      else expect(body, text).to.deep.include({ code: 'invalid-transition', ...expected });
    };
    await expectStep('hide', { from: 'pending', to: 'hidden', allowed: ['approved', 'spam', 'deleted'] });
    await expectStep('spam', 'spam');
    await expectStep('spam', { from: 'spam', allowed: ['approved'] });
    await expectStep('approve', 'approved');
    await expectStep('spam', { from: 'approved', allowed: ['hidden'] });
    await expectStep('hide', 'hidden');
    await expectStep('approve', 'approved');
    const stale = await journal.praxis.call('POST', `/v1/comments/${comment.id}/hide`, {
      token: journal.colleague.accessToken,
      headers: { 'if-match': '"1.x"' },
    });
    expect(stale.status).to.equal(412);
  });

  it('are listed in the queue, oldest first, page by page', async () => {
    const post = await published(journal);
    const waiting = [];
    for (let n = 0; n < 3; n += 1)
      waiting.push((await commenting(journal, post, await makeUser(journal.praxis))).body.id);
    const path = `/v1/comments?postId=${post.id}&limit=2`;
    const first = await get(path, journal.colleague);
    const second = await get(`${path}&cursor=${first.body.nextCursor}`, journal.colleague);
    expect(idsOf([...first.body.items, ...second.body.items])).to.deep.equal(waiting);
    expect((await get('/v1/comments', journal.member)).status).to.equal(403);
  });

  it('are mailed to the author of the post, and approvals to their author, without their text', async () => {
    const post = await published(journal, { title: 'Worth a letter' });
    const member = await makeUser(journal.praxis);
    const { body } = await commenting(journal, post, member, { comment: 'secret thoughts' });
    await moderating(journal, body, 'approve');
    await moderating(journal, body, 'hide');
    await moderating(journal, body, 'approve');
    const [mail] = await journal.praxis.mailsTo(member.email);
    expect(mail).to.include('Your comment is published').and.include('Worth a letter');
    const toAuthor = (await journal.praxis.mailsTo(journal.author.email)).filter((text) =>
      text.includes('Worth a letter'),
    );
    expect(toAuthor).to.have.length(1);
    expect((await journal.praxis.allMails()).join('')).not.to.include('secret thoughts');
    expect(await journal.praxis.mailsTo(member.email)).to.have.length(1);
  });
});

describe('the limit of comments', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal({ RATE_LIMIT: 'on' });
  });
  after(() => journal.praxis.stop());

  it('refuses the eleventh comment in ten minutes with the time to wait, counting deleted ones', async () => {
    const post = await published(journal);
    const { member, praxis } = journal;
    const made = [];
    for (let n = 0; n < 10; n += 1) made.push(await commenting(journal, post, member));
    expect(new Set(made.map(({ status }) => status))).to.deep.equal(new Set([201]));
    await praxis.call('DELETE', `/v1/comments/${made[0]!.body.id}`, { token: member.accessToken });
    const refused = await commenting(journal, post, member);
    expect(refused.status).to.equal(429);
    expect(refused.body.code).to.equal('rate-limited');
    expect(Number(refused.headers.get('retry-after'))).to.be.within(590, 600);
    expect((await commenting(journal, post, journal.colleague)).status).to.equal(201);
    await execute(praxis.ownerUrl, `UPDATE comments SET created_at = created_at - interval '10 minutes'`);
    expect((await commenting(journal, post, member)).status).to.equal(201);
  });
});
