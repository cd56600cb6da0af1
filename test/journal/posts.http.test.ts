import { expect } from 'chai';
import { makeUser } from '../support/praxis.js';
import { draft, inMs, openJournal, published, step, type Journal, type Json } from './world.js';

describe('posts', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal();
  });
  after(() => journal.praxis.stop());
  const get = (path: string, token?: string) => journal.praxis.call('GET', path, { token });
  const patch = (id: string, body: object, token = journal.author.accessToken, etag = '*') =>
    journal.praxis.call('PATCH', `/v1/posts/${id}`, { token, body, headers: { 'if-match': etag } });

  describe('are written', () => {
    it('as drafts with a slug, source and HTML, and found at their Location', async () => {
      const { praxis, author } = journal;
      const made = await praxis.call('POST', '/v1/posts', {
        token: author.accessToken,
        body: {
          title: '  Über Zähne & Straßen ',
          content: 'So **viel**: <script>alert(1)</script>',
          tags: ['Zähne', ' zähne', 'Pflege  heute'],
        },
      });
      expect(made.status, made.text).to.equal(201);
      expect(made.body).to.include({
        slug: 'uber-zahne-strassen',
        title: 'Über Zähne & Straßen',
        content: 'So **viel**: <script>alert(1)</script>',
        html: '<p>So <strong>viel</strong>: alert(1)</p>',
        status: 'draft',
        visibility: 'public',
        commentPolicy: 'open',
        publishAt: null,
        version: 1,
      });
      expect(made.body.tags).to.deep.equal(['zähne', 'pflege heute']);
      expect(made.body.author).to.deep.equal({ id: author.id, name: 'Mia Member' });
      const found = await get(made.headers.get('location')!, author.accessToken);
      expect(found.body).to.deep.equal(made.body);
      expect(found.headers.get('etag')).to.match(/^"1\.[\w-]{22}"$/);
    });

    it('with a slug from the id when the title has no Latin letter, and with a given slug', async () => {
      const { id, slug } = await draft(journal, { title: '歯みがき 2026' });
      expect(slug).to.equal(`post-${id.slice(-12)}`);
      expect((await draft(journal, { slug: 'my-own-words' })).slug).to.equal('my-own-words');
    });

    it('not with invalid fields', async () => {
      const { praxis, author } = journal;
      const body = { title: 'T', content: 'c' };
      for (const [wrong, pointer] of [
        [{ title: 'a\nb' }, '/title'],
        [{ title: ' ' }, '/title'],
        [{ content: ' \n ' }, '/content'],
        [{ content: 'x'.repeat(50_001) }, '/content'],
        [{ content: '> '.repeat(10_000) }, '/content'],
        [{ content: '['.repeat(10_000) }, '/content'],
        [{ tags: ['<b>'] }, '/tags/0'],
        [{ tags: Array.from({ length: 11 }, (_, n) => `tag ${n}`) }, '/tags'],
        [{ slug: 'Not A Slug' }, '/slug'],
        [{ slug: 'drafts' }, '/slug'],
        [{ slug: '019aa5b2-7c00-7000-8000-000000000301' }, '/slug'],
        [{ visibility: 'nobody' }, '/visibility'],
        [{ status: 'published' }, '/status'],
        [{ html: '<b>x</b>' }, '/html'],
      ] as const) {
        const answer = await praxis.call('POST', '/v1/posts', {
          token: author.accessToken,
          body: { ...body, ...wrong },
        });
        expect(answer.status, JSON.stringify(wrong).slice(0, 80)).to.equal(422);
        expect(answer.body.errors[0].pointer).to.equal(pointer);
      }
    });

    it('with the longest text of the most words', async () => {
      const words = Array.from({ length: 10_000 }, (_, n) => (n + 100_000).toString(36)).join('-');
      const { id } = await draft(journal, { content: words.slice(0, 50_000) });
      const rare = Array.from(
        { length: 10_000 },
        (_, n) => String.fromCodePoint(0x20000 + n * 2) + 'ab-',
      ).join('');
      await patch(id, { content: rare });
    });
  });

  describe('change', () => {
    it('only from the current version: of two changes with one ETag, the second is refused', async () => {
      const { id } = await draft(journal);
      const { headers } = await get(`/v1/posts/${id}`, journal.author.accessToken);
      const etag = headers.get('etag')!;
      const answers = await Promise.all(['One', 'Two'].map((title) => patch(id, { title }, undefined, etag)));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 412]);
    });

    it('only with If-Match, as do their transitions', async () => {
      const { id } = await draft(journal);
      const token = journal.author.accessToken;
      for (const [method, path, body] of [
        ['PATCH', '', { title: 'x' }],
        ['POST', '/publish', undefined],
        ['POST', '/schedule', { publishAt: inMs(60_000) }],
        ['POST', '/unpublish', undefined],
        ['POST', '/archive', undefined],
      ] as const) {
        const answer = await journal.praxis.call(method, `/v1/posts/${id}${path}`, {
          token,
          ...(body && { body }),
        });
        expect(answer.body.code, path).to.equal('precondition-required');
        const stale = await journal.praxis.call(method, `/v1/posts/${id}${path}`, {
          token,
          headers: { 'if-match': '"99.x"' },
          ...(body && { body }),
        });
        expect(stale.body.code, path).to.equal('version-mismatch');
      }
    });

    it('with a revision each, and can be restored to any of them', async () => {
      const { id, slug } = await draft(journal, { title: 'First', content: 'one', tags: ['a'] });
      await patch(id, { title: 'Second' });
      await patch(id, { content: 'two', tags: [], visibility: 'staff' });
      expect((await patch(id, {})).body.version).to.equal(3);
      const token = journal.author.accessToken;
      const { body } = await get(`/v1/posts/${id}/revisions?limit=2`, token);
      expect(body.items.map((item: Json) => [item.number, item.title, item.content])).to.deep.equal([
        [3, 'Second', 'two'],
        [2, 'Second', 'one'],
      ]);
      const rest = await get(`/v1/posts/${id}/revisions?limit=2&cursor=${body.nextCursor}`, token);
      expect(rest.body.items.map((item: Json) => item.number)).to.deep.equal([1]);
      const restored = await journal.praxis.call('POST', `/v1/posts/${id}/revisions/1/restore`, { token });
      expect(restored.status, restored.text).to.equal(200);
      expect(restored.body).to.deep.include({
        title: 'First',
        content: 'one',
        html: '<p>one</p>',
        tags: ['a'],
        visibility: 'staff',
        slug,
        version: 4,
      });
      const missing = await journal.praxis.call('POST', `/v1/posts/${id}/revisions/9/restore`, { token });
      expect(missing.status).to.equal(404);
    });

    it('their slug, and the former slug redirects to them for ever', async () => {
      const one = await published(journal, { title: 'Old name' });
      const renamed = await patch(one.id, { slug: 'new-name' });
      expect(renamed.body.slug).to.equal('new-name');
      const old = await get('/v1/posts/old-name?include=comments');
      expect(old.status).to.equal(308);
      expect(old.headers.get('location')).to.equal('/v1/posts/new-name?include=comments');
      expect(old.text).to.equal('');
      expect((await get('/v1/posts/new-name')).body.id).to.equal(one.id);
      expect((await draft(journal, { title: 'Old name' })).slug).to.equal('old-name-2');
      const { praxis, author } = journal;
      const taken = await praxis.call('POST', '/v1/posts', {
        token: author.accessToken,
        body: { title: 'x', content: 'y', slug: 'old-name' },
      });
      expect(taken.body.code).to.equal('slug-taken');
      expect((await patch(one.id, { slug: 'old-name' })).body.slug).to.equal('old-name');
      await praxis.call('DELETE', `/v1/posts/${one.id}`, { token: author.accessToken });
      expect((await get('/v1/posts/old-name')).status).to.equal(404);
      expect((await get('/v1/posts/new-name')).status).to.equal(404);
      expect((await patch((await draft(journal)).id, { slug: 'new-name' })).body.code).to.equal('slug-taken');
    });

    it('only by the author and admins; others get 404', async () => {
      const { colleague, admin, member } = journal;
      const post = await published(journal);
      expect((await patch(post.id, { title: 'x' }, member.accessToken)).status).to.equal(403);
      expect((await patch(post.id, { title: 'x' }, colleague.accessToken)).status).to.equal(404);
      expect((await get(`/v1/posts/${post.id}/revisions`, colleague.accessToken)).status).to.equal(404);
      expect((await patch(post.id, { title: 'x' }, admin.accessToken)).status).to.equal(200);
      const { id } = await draft(journal);
      for (const [who, status] of [
        [undefined, 404],
        [member, 404],
        [colleague, 404],
        [admin, 200],
        [journal.author, 200],
      ] as const)
        expect((await get(`/v1/posts/${id}`, who?.accessToken)).status).to.equal(status);
    });
  });

  it('allow the documented transitions and no others', async () => {
    const post = await draft(journal);
    const expectStep = async (name: string, status: string | object, body?: object) => {
      const answer = await step(journal, post, name, body);
      if (typeof status === 'string') expect(answer.body.status, answer.text).to.equal(status);
      else expect(answer.body).to.deep.include({ code: 'invalid-transition', ...status });
      return answer.body;
    };
    const later = { publishAt: inMs(3_600_000) };
    await expectStep('unpublish', { from: 'draft', to: 'draft', allowed: ['scheduled', 'published'] });
    await expectStep('archive', { from: 'draft', to: 'archived' });
    expect((await expectStep('schedule', 'scheduled', later)).publishAt).to.equal(later.publishAt);
    await expectStep('schedule', { from: 'scheduled', allowed: ['draft', 'published'] }, later);
    expect((await expectStep('unpublish', 'draft')).publishAt).to.equal(null);
    const past = await step(journal, post, 'schedule', { publishAt: inMs(-1_000) });
    expect(past.body.errors).to.deep.equal([{ pointer: '/publishAt', detail: 'must be in the future' }]);
    const { publishAt } = await expectStep('publish', 'published');
    await expectStep('publish', { from: 'published', allowed: ['archived'] });
    await expectStep('unpublish', { from: 'published' });
    await expectStep('archive', 'archived');
    expect((await get(`/v1/posts/${post.id}`)).status).to.equal(404);
    expect((await expectStep('publish', 'published')).publishAt).to.equal(publishAt);
    await expectStep('archive', 'archived');
    await expectStep('unpublish', 'draft');
    await expectStep('schedule', 'scheduled', later);
    expect(Date.parse((await expectStep('publish', 'published')).publishAt)).to.be.below(Date.now() + 1);
  });

  describe('are listed', () => {
    it('by author, tag and state, newest first, and page by page while others are published', async () => {
      const own = await makeUser(journal.praxis, 'staff');
      const mine = { ...journal, author: own };
      const made = [];
      for (const n of [1, 2, 3, 4, 5])
        made.push(await published(mine, { title: `Page ${n}`, tags: n % 2 ? ['Odd'] : ['even'] }));
      const titles = (items: Json[]) => items.map(({ title }) => title);
      const first = await get(`/v1/posts?authorId=${own.id}&limit=2`);
      await published(mine, { title: 'Meanwhile' });
      const second = await get(`/v1/posts?authorId=${own.id}&limit=2&cursor=${first.body.nextCursor}`);
      const third = await get(`/v1/posts?authorId=${own.id}&limit=2&cursor=${second.body.nextCursor}`);
      expect(titles([first, second, third].flatMap(({ body }) => body.items))).to.deep.equal([
        'Page 5',
        'Page 4',
        'Page 3',
        'Page 2',
        'Page 1',
      ]);
      expect(third.body.nextCursor).to.equal(null);
      const odd = await get(`/v1/posts?authorId=${own.id}&tag=ODD`);
      expect(titles(odd.body.items)).to.deep.equal(['Page 5', 'Page 3', 'Page 1']);
      await draft(mine, { title: 'Draft' });
      const drafts = await get('/v1/posts?status=draft', own.accessToken);
      expect(titles(drafts.body.items)).to.deep.equal(['Draft']);
      expect(
        titles((await get('/v1/posts?status=draft', journal.colleague.accessToken)).body.items),
      ).to.deep.equal([]);
      const all = await get(`/v1/posts?status=draft,published&authorId=${own.id}`, journal.admin.accessToken);
      expect(titles(all.body.items)[0]).to.equal('Draft');
      expect(all.body.items).to.have.length(7);
    });

    it('in other states for staff only', async () => {
      for (const token of [undefined, journal.member.accessToken])
        for (const status of ['draft', 'archived', 'published,scheduled'])
          expect((await get(`/v1/posts?status=${status}`, token)).body.code).to.equal('forbidden');
      expect((await get('/v1/posts?status=published')).status).to.equal(200);
      expect((await get('/v1/posts?order=title')).status).to.equal(400);
      expect((await get('/v1/posts?include=author')).status).to.equal(400);
    });

    it('with posts for members and for staff to those readers', async () => {
      const tag = 'circles';
      for (const visibility of ['public', 'members', 'staff'])
        await published(journal, { visibility, tags: [tag] });
      const counts = [];
      for (const who of [undefined, journal.member, journal.colleague])
        counts.push((await get(`/v1/posts?tag=${tag}`, who?.accessToken)).body.items.length);
      expect(counts).to.deep.equal([1, 2, 3]);
    });
  });

  describe('are found', () => {
    it('by words, phrases and exclusions, title before content, with snippets and offsets', async () => {
      const one = await published(journal, {
        title: 'About xylitol',
        content: 'Nothing of note here.',
      });
      const two = await published(journal, {
        title: 'Chewing',
        content: `${'Long before. '.repeat(30)}Chewing **Xylitol** 😀 gum & more <em>xylitol</em>.`,
      });
      const found = await get('/v1/posts?q=xylitol');
      expect(found.body.items.map(({ id }: Json) => id)).to.deep.equal([one.id, two.id]);
      const { text, matches } = found.body.items[1].match;
      expect(text).to.include('Chewing Xylitol 😀 gum & more xylitol.').and.not.include('<');
      expect(matches.map(({ start, end }: Json) => text.slice(start, end))).to.deep.equal([
        'Xylitol',
        'xylitol',
      ]);
      expect(found.body.items[0].match.matches).to.deep.equal([]);
      const ids = async (q: string) =>
        (await get(`/v1/posts?q=${encodeURIComponent(q)}`)).body.items.map(({ id }: Json) => id);
      expect(await ids('xylitol -gum')).to.deep.equal([one.id]);
      expect(await ids('"gum xylitol"')).to.deep.equal([]);
      expect(await ids('"gum more"')).to.deep.equal([two.id]);
      expect(await ids('gum or note')).to.have.members([one.id, two.id]);
      expect(await ids('-')).to.deep.equal([]);
      expect(await ids(`' & | ! :* ()`)).to.deep.equal([]);
      expect((await get('/v1/posts')).body.items[0]).to.not.have.property('match');
    });

    it('page by page, each post once', async () => {
      for (let n = 0; n < 7; n += 1)
        await published(journal, {
          title: n % 3 ? 'fluoride' : `fluoride fluoride ${n}`,
          content: 'fluoride',
        });
      const ids = [];
      let cursor = '';
      do {
        const { body } = await get(`/v1/posts?q=fluoride&limit=2${cursor && `&cursor=${cursor}`}`);
        ids.push(...body.items.map(({ id }: Json) => id));
        cursor = body.nextCursor;
      } while (cursor);
      expect(ids).to.have.length(7);
      expect(new Set(ids).size).to.equal(7);
    });
  });

  it('are deleted with their comments and revisions', async () => {
    const post = await published(journal);
    const { praxis, author, member } = journal;
    await praxis.call('POST', `/v1/posts/${post.id}/comments`, {
      token: member.accessToken,
      body: { comment: 'x' },
    });
    const stale = await praxis.call('DELETE', `/v1/posts/${post.id}`, {
      token: author.accessToken,
      headers: { 'if-match': '"1.x"' },
    });
    expect(stale.status).to.equal(412);
    expect(
      (await praxis.call('DELETE', `/v1/posts/${post.id}`, { token: author.accessToken })).status,
    ).to.equal(204);
    expect((await get(`/v1/posts/${post.id}/comments`, author.accessToken)).status).to.equal(404);
    expect((await get(`/v1/posts/${post.id}`, author.accessToken)).status).to.equal(404);
  });

  it('stay under "Former member" when their author is erased', async () => {
    const leaving = await makeUser(journal.praxis, 'staff');
    const post = await published({ ...journal, author: leaving });
    const { status } = await journal.praxis.call('DELETE', '/v1/me', { token: leaving.accessToken });
    expect(status).to.equal(204);
    expect((await get(`/v1/posts/${post.id}`)).body.author).to.deep.equal({
      id: leaving.id,
      name: 'Former member',
    });
  });

  it('are answered with the same 404 when they are invisible and when they do not exist', async () => {
    const { id, slug } = await draft(journal);
    const strip = ({ body: { requestId: _, instance: __, ...rest } }: Json) => rest;
    const reference = await get('/v1/posts/01900000-0000-7000-8000-000000000000');
    for (const path of [id, slug, 'no-such-post', `${id}/comments`]) {
      const answer = await get(`/v1/posts/${path}`);
      expect(answer.status).to.equal(404);
      expect(strip(answer), path).to.deep.equal(strip(reference));
      expect(answer.headers.get('etag')).to.equal(null);
    }
  });
});
