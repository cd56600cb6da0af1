import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asValue } from 'awilix';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import pg from 'pg';
import { pino } from 'pino';
import sinon from 'sinon';
import { buildApplication, buildContainer, type RuntimeContext } from '../../src/container.js';
import { CONTEXTS } from '../../src/contexts.js';
import { journalRoutes } from '../../src/journal/http/routes.js';
import { loadConfig } from '../../src/platform/config/config.js';
import type { Route } from '../../src/platform/http/routing/route.js';
import { FakeClock } from '../support/fakes/clock.js';
import { makeUser, TEST_SECRET } from '../support/praxis.js';
import {
  ANY,
  approved,
  commenting,
  draft,
  inMs,
  moderating,
  openJournal,
  published,
  step,
  trusted,
  type Journal,
  type Json,
} from './world.js';

/** The word that must not leak. Requests write it in capitals, so that an echo of the request is not taken for a leak. */
const SENTINEL = 'zyzzogeton';
const HOUR_MS = 3_600_000;

describe('what is not public', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal();
  });
  after(() => journal.praxis.stop());

  const patch = (post: { id: string }, body: object) =>
    journal.praxis.call('PATCH', `/v1/posts/${post.id}`, {
      token: journal.author.accessToken,
      body,
      headers: ANY,
    });

  /** Public posts, next to the secret ones. */
  async function makePublic() {
    const posts = [];
    for (const n of [1, 2, 3]) posts.push(await published(journal, { title: `Open ${n}`, tags: ['open'] }));
    const [post] = posts;
    const comment = await approved(journal, post);
    const hushed = await published(journal, { title: 'Hushed', commentPolicy: 'hidden' });
    return { posts: [...posts, hushed], post, comment, hushed };
  }

  /** Posts and comments of every kind that must not leak; returns their ids and slugs. */
  async function makeSecrets({ post, hushed }: Awaited<ReturnType<typeof makePublic>>): Promise<string[]> {
    const words = (what: string) => ({
      title: `${SENTINEL} ${what}`,
      content: `A ${SENTINEL} of a ${what}`,
      tags: [SENTINEL],
    });
    const future = await draft(journal, words('future'));
    await step(journal, future, 'schedule', { publishAt: inMs(HOUR_MS) });
    const archived = await published(journal, words('archived'));
    const underArchived = await approved(journal, archived, { comment: `${SENTINEL} under it` });
    await step(journal, archived, 'archive');
    const posts = [
      await draft(journal, words('draft')),
      future,
      archived,
      await published(journal, { ...words('circle'), visibility: 'members' }),
      await published(journal, { ...words('team'), visibility: 'staff' }),
    ];
    const inCircle = await approved(journal, posts[3], { comment: `${SENTINEL} among members` });

    const member = await trusted(journal);
    const say = async (what: string, given: object = {}, by = member) =>
      (await commenting(journal, post, by, { comment: `${SENTINEL} ${what}`, ...given })).body;
    const pending = await say('pending', {}, await makeUser(journal.praxis));
    const spam = await say('spam', {}, await makeUser(journal.praxis));
    await moderating(journal, spam, 'spam');
    const hidden = await say('hidden');
    const underHidden = await say('under hidden', { parentId: hidden.id });
    await moderating(journal, hidden, 'hide');
    const deleted = await say('deleted');
    await journal.praxis.call('DELETE', `/v1/comments/${deleted.id}`, { token: member.accessToken });
    await patch(hushed, { commentPolicy: 'open' });
    const underHushed = await approved(journal, hushed, { comment: `${SENTINEL} under the hushed` });
    await patch(hushed, { commentPolicy: 'hidden' });
    const comments = [pending, spam, hidden, underHidden, deleted, underHushed, underArchived, inCircle];
    return [
      ...posts.flatMap(({ id, slug }: { id: string; slug: string }) => [id, slug]),
      ...comments.map(({ id }: { id: string }) => id),
    ];
  }

  /** Values for every parameter of a list. A new parameter of a route needs an entry here. */
  const VALUES: Readonly<Record<string, readonly string[]>> = {
    authorId: ['AUTHOR', '01900000-0000-7000-8000-000000000000'],
    tag: [SENTINEL.toUpperCase(), 'open'],
    q: [
      SENTINEL.toUpperCase(),
      'words',
      `open OR ${SENTINEL.toUpperCase()}`,
      `words -${SENTINEL.toUpperCase()}`,
    ],
    status: ['published', 'draft', 'scheduled', 'archived', 'published,draft'],
    include: ['comments', 'everything'],
    limit: ['1', '100', '0'],
    cursor: ['x'],
  };

  function queriesOf(route: Route): string[] {
    const names = [...Object.keys(route.query?.shape ?? {}), ...(route.items ? ['limit', 'cursor'] : [])];
    let queries = [''];
    for (const name of names) {
      const values = VALUES[name];
      if (values === undefined) throw new Error(`${route.operationId} takes ${name}, which nobody crawls`);
      const pairs = values.map((value) => `${name}=${encodeURIComponent(value)}`);
      // All combinations, except the paging parameters, which are combined with each filter alone.
      const wide = name === 'limit' || name === 'cursor' ? [''] : queries;
      queries = [
        ...queries,
        ...wide.flatMap((query) => pairs.map((pair) => [query, pair].filter(Boolean).join('&'))),
      ];
    }
    return queries.map((query) => query.replace('AUTHOR', journal.author.id));
  }

  /** Each anonymous response of the journal by its URL: status, body and ETag, without parts that always differ. */
  async function crawl(keys: readonly string[]): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    for (const route of journalRoutes.filter(({ allow, method }) => allow === 'anyone' && method === 'get')) {
      const paths = route.path.includes('{id}')
        ? keys.map((key) => route.path.replace('{id}', key))
        : [route.path];
      for (const path of paths)
        for (const query of queriesOf(route)) {
          const address = query === '' ? path : `${path}?${query}`;
          const { status, headers, text } = await journal.praxis.call('GET', address);
          const seen = [text, ...headers].join('\n').replaceAll(path, '');
          expect(seen, address).not.to.include(SENTINEL);
          const body = text
            .replace(/"requestId":"[^"]*"/, '')
            .replace(/"instance":"[^"]*"/, '')
            .replace(/"nextCursor":"[^"]*"/, '"nextCursor":"…"');
          answers.set(address, [status, headers.get('etag'), headers.get('location'), body].join(' '));
        }
    }
    return answers;
  }

  it('changes no anonymous response, and is answered like a post that does not exist', async function () {
    this.timeout(300_000);
    const open = await makePublic();
    const secrets = await makeSecrets(open);
    const nothing = ['01900000-0000-7000-8000-00000000dead', 'no-such-post'] as const;
    const keys = [...open.posts.flatMap(({ id, slug }) => [id, slug]), open.comment.id, ...nothing];
    const quiet = await crawl(keys);
    for (const address of ['/v1/posts', '/v1/posts?q=words', '/v1/posts?tag=open', '/v1/feed.atom'])
      expect(quiet.get(address), address).to.include('Open 1');

    let compared = 0;
    for (const [address, answer] of await crawl(secrets)) {
      const key = secrets.find((secret) => address.includes(secret));
      if (key === undefined) continue;
      const [id, slug] = nothing;
      expect(answer, address).to.equal(quiet.get(address.replace(key, key.includes(SENTINEL) ? slug : id)));
      compared += 1;
    }
    expect(compared).to.be.greaterThan(secrets.length * 4);

    // Secret posts grow and change: no byte of any response, list, search or feed may change.
    for (let n = 0; n < 3; n += 1) {
      const future = await draft(journal, { title: `open words ${SENTINEL}`, tags: ['open', SENTINEL] });
      await step(journal, future, 'schedule', { publishAt: inMs(HOUR_MS) });
      await draft(journal, { title: `open words ${SENTINEL}`, tags: ['open'] });
      await published(journal, { title: `open words ${SENTINEL}`, tags: ['open'], visibility: 'members' });
      await commenting(journal, open.post, await makeUser(journal.praxis), { comment: `${SENTINEL} ${n}` });
    }
    expect([...(await crawl(keys))]).to.deep.equal([...quiet]);
    expect(quiet.size).to.be.greaterThan(300);
  });

  it('is not revealed by older revisions', async () => {
    const post = await published(journal, { title: `First ${SENTINEL}`, content: SENTINEL });
    await patch(post, { title: 'Clean', content: 'Clean', slug: 'clean-now' });
    const found = await journal.praxis.call('GET', `/v1/posts?q=${SENTINEL.toUpperCase()}`);
    expect(found.body.items).to.deep.equal([]);
    const moved = await journal.praxis.call('GET', `/v1/posts/${post.slug}`);
    expect(moved.headers.get('location')).to.equal('/v1/posts/clean-now');
    await journal.praxis.call('DELETE', `/v1/posts/${post.id}`, { token: journal.author.accessToken });
  });
});

describe('lists and feeds', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal();
  });
  after(() => journal.praxis.stop());

  /** The statements on tables of the journal during `work`. */
  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const spy = sinon.stub(pg.Client.prototype, 'query').callsFake(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const [first] = args as [string | { text: string }];
      statements.push(typeof first === 'string' ? first : first.text);
      return Reflect.apply(spy.wrappedMethod, this, args) as undefined;
    });
    try {
      await work();
    } finally {
      spy.restore();
    }
    // Mail jobs run meanwhile, and read one comment each.
    return statements.filter(
      (sql) =>
        /\b(FROM|JOIN) (posts|comments|public_users|post_slugs|page)\b/.test(sql) &&
        !sql.includes('postTitle'),
    );
  }

  it('read posts with author and newest comments in one statement, however many there are', async () => {
    const member = await trusted(journal);
    for (let n = 0; n < 20; n += 1) {
      const post = await published(journal);
      for (let c = 0; c < (n === 7 ? 13 : n % 3); c += 1) await commenting(journal, post, member);
    }
    for (const path of ['/v1/posts?include=comments', '/v1/posts?include=comments&q=words']) {
      let items: Json[] = [];
      const statements = await statementsOf(async () => {
        items = (await journal.praxis.call('GET', path)).body.items;
      });
      expect(items).to.have.length(20);
      expect(statements, statements.join('\n---\n')).to.have.length(1);
      expect(Math.max(...items.map(({ comments }) => comments.length))).to.equal(10);
      for (const { author, comments, id } of items) {
        expect(author.name).to.equal('Mia Member');
        const times = comments.map(({ createdAt }: Json) => createdAt);
        expect(times).to.deep.equal([...times].sort().reverse());
        for (const comment of comments) expect(comment).to.include({ postId: id, status: 'approved' });
      }
    }
    const [post] = (await journal.praxis.call('GET', '/v1/posts?limit=1')).body.items;
    for (const path of [
      `/v1/posts/${post.id}?include=comments`,
      `/v1/posts/${post.slug}`,
      `/v1/posts/${post.id}/comments`,
    ])
      expect(await statementsOf(() => journal.praxis.call('GET', path)), path).to.have.length(1);
  });

  it('serve an Atom feed that parses, changes with its posts, and is answered 304 otherwise', async () => {
    const { praxis } = journal;
    const title = 'Tom & "Ann" <b>bold</b>';
    const post = await published(journal, {
      title,
      content: 'Ends ]]> twice ]]> and <script>x</script> & more \u0008',
      tags: ['c++', 'zähne'],
    });
    const first = await praxis.call('GET', '/v1/feed.atom');
    expect(first.status).to.equal(200);
    expect(first.headers.get('content-type')).to.equal('application/atom+xml; charset=utf-8');
    expect(first.headers.get('content-disposition')).to.equal(null);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      processEntities: true,
    });
    const { feed } = parser.parse(first.text);
    expect(feed['@xmlns']).to.equal('http://www.w3.org/2005/Atom');
    expect(feed.entry).to.have.length(20);
    const [entry] = feed.entry;
    expect(entry.id).to.equal(`urn:uuid:${post.id}`);
    expect(entry.title['#text']).to.equal('Tom &amp; &quot;Ann&quot; &lt;b&gt;bold&lt;/b&gt;');
    expect(entry.title['@type']).to.equal('html');
    expect(entry.link['@href']).to.equal(`${praxis.url}/v1/posts/${post.slug}`);
    expect(entry.content['#text']).to.equal('<p>Ends ]]&gt; twice ]]&gt; and x &#x26; more </p>');
    expect(entry.author.name).to.equal('Mia Member');
    expect(entry.category.map((category: Json) => category['@term'])).to.deep.equal(['c++', 'zähne']);
    expect(entry.published).to.equal(post.publishAt);
    expect(feed.updated).to.equal(entry.updated);
    expect(feed.link.find((link: Json) => link['@rel'] === 'self')['@href']).to.equal(
      `${praxis.url}/v1/feed.atom`,
    );

    const etag = first.headers.get('etag')!;
    const again = await praxis.call('GET', '/v1/feed.atom', { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).to.deep.equal([304, '']);
    await published(journal);
    const changed = await praxis.call('GET', '/v1/feed.atom', { headers: { 'if-none-match': etag } });
    expect(changed.status).to.equal(200);
    expect(changed.headers.get('etag')).not.to.equal(etag);
  });
});

describe('a scheduled post', () => {
  let journal: Journal;
  const servers: Server[] = [];
  before(async () => {
    journal = await openJournal();
  });
  after(async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    await journal.praxis.stop();
  });

  /** Another application on the same database, with its own clock and without jobs. */
  async function restart(clock: FakeClock) {
    const config = loadConfig(
      {
        DATABASE_URL: journal.praxis.databaseUrl,
        AUTH_SECRET: TEST_SECRET,
        PRAXIS_DEMO: 'off',
        RATE_LIMIT: 'off',
      },
      { cwd: '/nonexistent' },
    );
    const runtime: RuntimeContext = {
      config,
      logger: pino({ level: 'silent' }),
      databaseUrl: journal.praxis.databaseUrl,
      authSecret: TEST_SECRET,
      publicUrl: 'https://praxis.test',
      validateReplies: true,
    };
    const container = buildContainer(runtime);
    container.register('clock', asValue(clock));
    const handle = buildApplication(container, runtime).callback();
    const server = createServer((request, response) => void handle(request, response));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { get: (path: string) => fetch(url + path), close: () => container.dispose() };
  }

  it('is published at its time after a restart, without a job, in every response', async () => {
    const post = await draft(journal, { title: 'Patience', content: 'It has come.' });
    const publishAt = new Date(Date.now() + 30 * 24 * HOUR_MS);
    await step(journal, post, 'schedule', { publishAt: publishAt.toISOString() });
    const clock = new FakeClock(new Date(publishAt.getTime() - 1).toISOString());
    const restarted = await restart(clock);
    try {
      const reads = [
        `/v1/posts/${post.id}`,
        `/v1/posts/${post.slug}`,
        '/v1/posts',
        '/v1/posts?q=patience',
        '/v1/posts?status=published',
        '/v1/feed.atom',
      ];
      for (const path of reads)
        expect(await (await restarted.get(path)).text(), path).not.to.include('It has come');
      expect((await restarted.get(`/v1/posts/${post.id}/comments`)).status).to.equal(404);
      clock.advance(1);
      for (const path of reads)
        expect(await (await restarted.get(path)).text(), path).to.include('It has come');
      expect(((await (await restarted.get(reads[0]!)).json()) as { status: string }).status).to.equal(
        'published',
      );
      expect((await restarted.get(`/v1/posts/${post.id}/comments`)).status).to.equal(200);
    } finally {
      await restarted.close();
    }
    const stored = await journal.praxis.call('GET', `/v1/posts/${post.id}`, {
      token: journal.author.accessToken,
    });
    expect(stored.body.status).to.equal('scheduled');
  });

  it('needs no job: the journal has no recurring job', () => {
    const own = CONTEXTS.find(({ exportMember }) => exportMember?.section === 'journal');
    expect(own?.recurringJobs).to.deep.equal([]);
  });
});
