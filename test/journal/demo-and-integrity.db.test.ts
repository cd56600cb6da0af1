import { expect } from 'chai';
import { CONTEXTS } from '../../src/contexts.js';
import { ANYBODY } from '../../src/journal/domain/viewer.js';
import { seed, undoSeeds } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import {
  brokenJournalRules,
  FIELDS,
  givenPerson,
  givenPost,
  type JournalCradle,
} from '../support/journal-world.js';
import { execute } from '../support/postgres.js';
import { query } from '../support/query.js';
import { rejection } from '../support/rejection.js';

const MEMBER = '01999999-0003-7000-8000-000000000003';
const NOBODY = '01999999-ffff-7000-8000-00000000ffff';
const TABLES = ['posts', 'post_slugs', 'post_revisions', 'comments', 'commenters', 'comment_reports'];

describe('the demo practice’s journal', () => {
  let postgres: OnPostgres<JournalCradle>;
  before(async () => {
    postgres = await openOnPostgres<JournalCradle>();
    await seed({ url: postgres.ownerUrl });
  });
  after(() => postgres.close());

  it('passes every integrity check, and has posts and comments in every state', async () => {
    expect(await brokenJournalRules(postgres.cradle)).to.deep.equal([]);
    const { journalQueries, markdown } = postgres.cradle;
    const all = { audience: { ...ANYBODY, managesAll: true }, now: new Date() };
    const statuses = ['draft', 'scheduled', 'published', 'archived'] as const;
    const { items } = await journalQueries.posts({ statuses }, all, { limit: 100 });
    expect(items).to.have.length(15);
    expect(new Set(items.map(({ status }) => status))).to.deep.equal(new Set(statuses));
    expect(new Set(items.map(({ visibility }) => visibility)).size).to.equal(3);
    expect(new Set(items.map(({ commentPolicy }) => commentPolicy)).size).to.equal(3);
    const states = ['pending', 'approved', 'hidden', 'spam', 'deleted'] as const;
    const comments = (await journalQueries.queue({ statuses: states }, { limit: 100 })).items;
    expect(new Set(comments.map(({ status }) => status))).to.deep.equal(new Set(states));
    const open = await journalQueries.posts(
      { statuses: ['published'] },
      { ...all, audience: ANYBODY },
      { limit: 100 },
    );
    expect(open.items).to.have.length(9);
    // The seeded HTML equals the renderer's.
    for (const { content, rendered } of items)
      expect(await markdown.post(content)).to.include({ html: rendered.html, version: rendered.version });
    for (const { comment, html } of comments)
      if (comment !== null) expect((await markdown.comment(comment)).html).to.equal(html);
  });

  it('is part of the export of a member', async () => {
    const part = CONTEXTS.map(({ exportMember }) => exportMember).find((each) => each?.section === 'journal');
    const record = JSON.stringify(await part?.collect(postgres.cradle as never, MEMBER));
    expect(record).to.include('And before breakfast, or after?').and.include('"revisions":[]');
    expect(await part?.collect(postgres.cradle as never, NOBODY)).to.equal(undefined);
  });

  it('leaves no rows after undoing the seeds', async () => {
    await undoSeeds({ url: postgres.ownerUrl });
    for (const table of TABLES)
      expect((await query(postgres.ownerUrl, `SELECT 1 FROM ${table}`)).rows, table).to.deep.equal([]);
  });
});

describe('the data of the journal', () => {
  let postgres: OnPostgres<JournalCradle>;
  beforeEach(async () => {
    postgres = await openOnPostgres<JournalCradle>();
  });
  afterEach(() => postgres.close());

  const breaks = (...statements: string[]) =>
    execute(postgres.ownerUrl, 'BEGIN', "SET LOCAL praxis.maintenance = 'on'", ...statements, 'COMMIT');
  const refuses = async (statement: string, message: RegExp, url = postgres.ownerUrl) => {
    expect(String(await rejection(query(url, statement))), statement).to.match(message);
  };
  const givenThread = async () => {
    const { cradle } = postgres;
    const author = await givenPerson(cradle, 'staff');
    const [post, other] = [await givenPost(cradle, author), await givenPost(cradle, author)];
    const say = (text: string, parentId: string | null = null) =>
      cradle.addComment({ caller: author, postId: post.id, parentId, text });
    const parent = await say('Parent');
    const reply = await say('Reply', parent.id);
    expect(await brokenJournalRules(cradle)).to.deep.equal([]);
    return { author, post, other, parent, reply, say };
  };
  const broken = (name: string, ...ids: string[]) => `${name}: ${ids.sort().join(' ')}`;
  const expectBroken = async (...expected: string[]) =>
    expect(await brokenJournalRules(postgres.cradle)).to.deep.equal(expected);

  it('is reported when a post differs from its newest revision', async () => {
    const { post, other } = await givenThread();
    await breaks(`UPDATE posts SET title = 'Other' WHERE id = '${post.id}'`);
    await expectBroken(broken('post-says-what-its-newest-revision-says', post.id));
    await breaks(`DELETE FROM post_revisions WHERE post_id = '${other.id}'`);
    await expectBroken(broken('post-says-what-its-newest-revision-says', post.id, other.id));
    await breaks(
      `INSERT INTO post_revisions SELECT id, 7, title, content, tags, author_id, created_at FROM posts WHERE id = '${post.id}'`,
      `UPDATE posts SET revision = 7 WHERE id = '${post.id}'`,
      `INSERT INTO post_revisions SELECT id, revision, title, content, tags, author_id, created_at FROM posts WHERE id = '${other.id}'`,
    );
    await expectBroken(broken('revisions-without-gaps', post.id));
  });

  it('is reported when the slug of a post is not its own', async () => {
    const { post, other } = await givenThread();
    await breaks(
      'ALTER TABLE posts DROP CONSTRAINT posts_slug_fkey',
      `UPDATE post_slugs SET post_id = '${other.id}' WHERE post_id = '${post.id}'`,
    );
    await expectBroken(broken('slug-is-the-posts-own-and-nobody-elses', post.id));
    await breaks(
      'ALTER TABLE posts DROP CONSTRAINT posts_slug_key',
      `UPDATE posts SET slug = (SELECT slug FROM posts WHERE id = '${post.id}') WHERE id = '${other.id}'`,
    );
    await expectBroken(broken('slug-is-the-posts-own-and-nobody-elses', post.id, other.id));
  });

  it('is reported when a published post has no time of publishing', async () => {
    const { post } = await givenThread();
    await breaks(
      'ALTER TABLE posts DROP CONSTRAINT posts_publish_at_check',
      `UPDATE posts SET publish_at = NULL WHERE id = '${post.id}'`,
    );
    await expectBroken(broken('post-has-a-time-unless-it-is-a-draft', post.id));
  });

  it('is reported when a comment replies to a reply or across posts', async () => {
    const { other, reply, say } = await givenThread();
    const deep = await say('Deep');
    await breaks(
      'ALTER TABLE comments DROP CONSTRAINT comments_parent_fkey',
      `UPDATE comments SET parent_id = '${reply.id}' WHERE id = '${deep.id}'`,
    );
    await expectBroken(broken('replies-are-to-comments-of-the-same-post-that-are-none', deep.id));
    await breaks(
      `UPDATE comments SET parent_id = NULL WHERE id = '${deep.id}'`,
      `UPDATE comments SET post_id = '${other.id}' WHERE id = '${reply.id}'`,
    );
    await expectBroken(broken('replies-are-to-comments-of-the-same-post-that-are-none', reply.id));
  });

  it('is reported when a deleted comment has text, a comment is duplicated, or was never approved', async () => {
    const { parent, reply } = await givenThread();
    await breaks(
      'ALTER TABLE comments DROP CONSTRAINT comments_deleted_check',
      `UPDATE comments SET status = 'deleted' WHERE id = '${reply.id}'`,
    );
    await expectBroken(broken('deleted-comments-say-nothing', reply.id));
    await breaks(
      'ALTER TABLE comments DISABLE TRIGGER comments_transition',
      'ALTER TABLE comments DROP CONSTRAINT comments_once_key',
      `UPDATE comments SET status = 'approved', comment = 'PARENT ' WHERE id = '${reply.id}'`,
    );
    await expectBroken(broken('nobody-says-the-same-twice', parent.id, reply.id));
    await breaks(
      'ALTER TABLE comments DROP CONSTRAINT comments_approved_check',
      `UPDATE comments SET comment = 'x', approved_at = NULL WHERE id = '${reply.id}'`,
    );
    await expectBroken(broken('shown-comments-were-approved', reply.id));
  });

  it('is append-only for slugs and revisions, for the owner and the application', async () => {
    const { post } = await givenThread();
    const urls = [
      [postgres.ownerUrl, /stay as they were written|never given away/],
      [postgres.databaseUrl, /permission denied|stay as they were written|never given away/],
    ] as const;
    for (const [url, message] of urls)
      for (const statement of [
        `UPDATE post_revisions SET title = 'x'`,
        'DELETE FROM post_revisions',
        'TRUNCATE post_revisions',
        `UPDATE post_slugs SET post_id = NULL WHERE post_id = '${post.id}'`,
        `UPDATE post_slugs SET slug = slug || '-x'`,
        'DELETE FROM post_slugs',
      ])
        await refuses(statement, message, url);
  });

  it('is refused by constraints when it breaks a rule', async () => {
    const { post, parent, reply } = await givenThread();
    for (const [statement, constraint] of [
      [`UPDATE posts SET status = 'draft', publish_at = NULL WHERE id = '${post.id}'`, 'cannot become draft'],
      [`UPDATE posts SET status = 'scheduled' WHERE id = '${post.id}'`, 'cannot become scheduled'],
      [`UPDATE posts SET publish_at = NULL WHERE id = '${post.id}'`, 'posts_publish_at_check'],
      [`UPDATE posts SET slug = 'nobodys' WHERE id = '${post.id}'`, 'posts_slug_fkey'],
      [`UPDATE posts SET tags = ARRAY[NULL] WHERE id = '${post.id}'`, 'posts_tags_check'],
      [`UPDATE comments SET status = 'spam' WHERE id = '${parent.id}'`, 'cannot become spam'],
      [`UPDATE comments SET status = 'deleted' WHERE id = '${parent.id}'`, 'comments_deleted_check'],
      [`UPDATE comments SET parent_id = '${reply.id}' WHERE id = '${parent.id}'`, 'violates foreign key'],
      [`UPDATE comments SET comment = ' PARENT' WHERE id = '${reply.id}'`, 'comments_once_key'],
    ] as const)
      await refuses(statement, new RegExp(constraint));
  });

  it('lets a scheduled post become archived only after its time of publication', async () => {
    const { cradle } = postgres;
    const author = await givenPerson(cradle, 'staff');
    const { id } = await cradle.writePost({ caller: author, fields: FIELDS, slug: undefined });
    const publishAt = new Date(Date.now() + 3_600_000);
    const transition = { to: 'scheduled', publishAt } as const;
    await cradle.advancePost({ caller: author, postId: id, transition, expectedVersion: null });
    await refuses(`UPDATE posts SET status = 'archived' WHERE id = '${id}'`, /cannot become archived/);
    await execute(
      postgres.ownerUrl,
      `UPDATE posts SET publish_at = now() - interval '1 minute' WHERE id = '${id}'`,
    );
    await refuses(
      `UPDATE posts SET status = 'draft', publish_at = NULL, updated_at = now() WHERE id = '${id}'`,
      /cannot become draft/,
    );
    const archive = { to: 'archived' } as const;
    const { status } = await cradle.advancePost({
      caller: author,
      postId: id,
      transition: archive,
      expectedVersion: null,
    });
    expect(status).to.equal('archived');
  });

  it('keeps published comments of an erased person, and erases unpublished ones and reasons', async () => {
    const { cradle } = postgres;
    const { post, parent } = await givenThread();
    const member = await givenPerson(cradle);
    const say = (text: string) =>
      cradle.addComment({ caller: member, postId: post.id, parentId: null, text });
    const [waiting, shown] = [await say('Nobody saw this'), await say('Everybody saw this')];
    await cradle.moderateComment({ commentId: shown.id, to: 'approved', expectedVersion: null });
    await cradle.reportComment({ caller: member, commentId: parent.id, reason: 'My reason' });
    const forget = CONTEXTS.flatMap(({ memberErased }) => memberErased ?? []).at(-1)!;
    for (let time = 0; time < 2; time += 1) await forget(cradle as never)(member.userId);
    expect(await cradle.journalQueries.comment(waiting.id)).to.include({ comment: null, status: 'deleted' });
    expect(await cradle.journalQueries.comment(shown.id)).to.include({ comment: 'Everybody saw this' });
    for (const table of TABLES) {
      const { rows } = await query(postgres.ownerUrl, `SELECT x::text AS row FROM ${table} x`);
      expect(JSON.stringify(rows), table).not.to.match(/Nobody saw this|My reason/);
    }
  });
});
