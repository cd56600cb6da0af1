import { expect } from 'chai';
import { QueryTypes } from 'sequelize';
import { slugOf } from '../../src/journal/domain/slug.js';
import { barrier } from '../support/barrier.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import {
  brokenJournalRules,
  FIELDS,
  givenPerson,
  givenPost,
  type JournalCradle,
  type Person,
} from '../support/journal-world.js';
import { countOutcomes, times } from '../support/race-outcomes.js';

const RACERS = 20;

describe('concurrent changes of the journal on PostgreSQL', () => {
  let postgres: OnPostgres<JournalCradle>;
  let cradle: JournalCradle;
  let author: Person;
  before(async () => {
    postgres = await openOnPostgres<JournalCradle>({}, { DATABASE_POOL_MAX: '20', RATE_LIMIT: 'on' });
    cradle = postgres.cradle;
    author = await givenPerson(cradle, 'staff');
    await openConnections(cradle.sequelize, RACERS);
  });
  after(() => postgres.close());
  afterEach('every rule holds', async () => {
    expect(await brokenJournalRules(cradle)).to.deep.equal([]);
  });

  const select = (sql: string, bind: unknown[] = []) =>
    cradle.sequelize.query<Record<string, unknown>>(sql, { bind, type: QueryTypes.SELECT });

  describe('twenty concurrent posts with one title', () => {
    it('get twenty different slugs without an error', async () => {
      const write = () =>
        cradle.writePost({ caller: author, fields: { ...FIELDS, title: 'Same title' }, slug: undefined });
      const slugs = (await Promise.all(times(RACERS, write))).map(({ slug }) => slug);
      const expected = Array.from({ length: RACERS }, (_, n) =>
        n === 0 ? 'same-title' : `same-title-${n + 1}`,
      );
      expect([...slugs].sort()).to.deep.equal([...expected].sort());
    });

    it('control: collide when the next free slug is read without a lock', async () => {
      const slug = slugOf('Read first', '');
      const allHaveRead = barrier(RACERS);
      const naive = () =>
        cradle.sequelize.transaction(async (transaction) => {
          const [row] = await cradle.sequelize.query<{ taken: string }>(
            'SELECT count(*) AS taken FROM post_slugs WHERE slug LIKE $1',
            { bind: [`${slug}%`], type: QueryTypes.SELECT, transaction },
          );
          const next = row?.taken === '0' ? slug : `${slug}-${Number(row?.taken) + 1}`;
          await allHaveRead();
          await cradle.sequelize.query('INSERT INTO post_slugs (slug) VALUES ($1)', {
            bind: [next],
            transaction,
          });
        });
      const failed = (await Promise.allSettled(times(RACERS, naive))).filter(
        ({ status }) => status === 'rejected',
      );
      expect(failed).to.have.length(RACERS - 1);
    });

    it('give an explicit slug to one post when all request it', async () => {
      const write = () => cradle.writePost({ caller: author, fields: FIELDS, slug: 'the-one' });
      expect(await countOutcomes(times(RACERS, write))).to.deep.equal({ ok: 1, 'slug-taken': RACERS - 1 });
    });
  });

  describe('twenty concurrent comments of one member', () => {
    const say = (postId: string, caller: Person, text: string) =>
      cradle.addComment({ caller, postId, parentId: null, text });

    it('are limited to ten', async () => {
      const post = await givenPost(cradle, author);
      const member = await givenPerson(cradle);
      expect(await countOutcomes(times(RACERS, (n) => say(post.id, member, `Number ${n}`)))).to.deep.equal({
        ok: 10,
        'rate-limited': 10,
      });
    });

    it('control: exceed the limit when they are counted without a lock', async () => {
      const post = await givenPost(cradle, author);
      const member = await givenPerson(cradle);
      const allHaveCounted = barrier(RACERS);
      const naive = (n: number) =>
        cradle.sequelize.transaction(async (transaction) => {
          const [row] = await cradle.sequelize.query<{ written: string }>(
            'SELECT count(*) AS written FROM comments WHERE author_id = $1',
            { bind: [member.userId], type: QueryTypes.SELECT, transaction },
          );
          await allHaveCounted();
          if (Number(row?.written) >= 10) return;
          await cradle.sequelize.query(
            `INSERT INTO comments (id, post_id, author_id, comment, html, html_version, status, created_at, updated_at, version)
             VALUES (gen_random_uuid(), $1, $2, $3, '', 1, 'pending', now(), now(), 1)`,
            { bind: [post.id, member.userId, `Number ${n}`], transaction },
          );
        });
      await Promise.all(times(RACERS, naive));
      const [row] = await select('SELECT count(*)::int AS written FROM comments WHERE author_id = $1', [
        member.userId,
      ]);
      expect(row?.['written']).to.equal(RACERS);
    });

    it('are stored once when their texts are equal', async () => {
      const post = await givenPost(cradle, author);
      const member = await givenPerson(cradle);
      const work = times(5, () => say(post.id, member, 'The very same'));
      expect(await countOutcomes(work)).to.deep.equal({ ok: 1, 'duplicate-comment': 4 });
    });
  });

  describe('three concurrent reports', () => {
    const givenComment = async () => {
      const post = await givenPost(cradle, author);
      const comment = await cradle.addComment({
        caller: author,
        postId: post.id,
        parentId: null,
        text: 'Something',
      });
      const members = await Promise.all(times(3, () => givenPerson(cradle)));
      return { id: comment.id, members };
    };

    it('return the comment to the moderation queue', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { id, members } = await givenComment();
        const report = (caller: Person) => cradle.reportComment({ caller, commentId: id, reason: null });
        expect(await countOutcomes(members.map(report))).to.deep.equal({ ok: 3 });
        expect(await cradle.journalQueries.comment(id)).to.include({ status: 'pending' });
      }
    });

    it('control: each count fewer than three without the lock', async () => {
      const { id, members } = await givenComment();
      const allHaveCounted = barrier(members.length);
      const counted = await Promise.all(
        members.map(({ userId }) =>
          cradle.sequelize.transaction(async (transaction) => {
            await cradle.sequelize.query(
              `INSERT INTO comment_reports (id, comment_id, by_user_id, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
              { bind: [id, userId], transaction },
            );
            const [row] = await cradle.sequelize.query<{ open: number }>(
              'SELECT count(*)::int AS open FROM comment_reports WHERE comment_id = $1',
              { bind: [id], type: QueryTypes.SELECT, transaction },
            );
            await allHaveCounted();
            return row?.open ?? 0;
          }),
        ),
      );
      expect(Math.max(...counted)).to.be.lessThan(3);
      // `praxis integrity` reports this data.
      expect(await brokenJournalRules(cradle)).to.deep.equal([
        `reports-have-brought-back-what-they-are-about: ${id}`,
      ]);
      await cradle.moderateComment({ commentId: id, to: 'hidden', expectedVersion: null });
    });
  });

  it('approves, reports, replies, deletes and erases concurrently without a deadlock', async () => {
    for (let round = 0; round < 3; round += 1) {
      const post = await givenPost(cradle, author);
      const member = await givenPerson(cradle);
      const others = await Promise.all(times(4, () => givenPerson(cradle)));
      const said = await Promise.all(
        times(4, (n) =>
          cradle.addComment({ caller: member, postId: post.id, parentId: null, text: `Said ${n}` }),
        ),
      );
      const work = [
        ...said.map(({ id }) =>
          cradle.moderateComment({ commentId: id, to: 'approved', expectedVersion: null }),
        ),
        ...said.flatMap(({ id }) =>
          others.map((caller) => cradle.reportComment({ caller, commentId: id, reason: null })),
        ),
        ...said.map(({ id }, n) =>
          cradle.addComment({ caller: member, postId: post.id, parentId: id, text: `Reply ${n}` }),
        ),
        cradle.forgetCommenter({ userId: member.userId }),
        cradle.changePost({
          caller: author,
          postId: post.id,
          changes: { commentPolicy: 'locked' },
          expectedVersion: null,
        }),
        ...(round === 2
          ? [cradle.removePost({ caller: author, postId: post.id, expectedVersion: null })]
          : []),
      ];
      const counts = await countOutcomes(work);
      expect(counts).to.not.have.property('unavailable');
      expect(counts['ok']).to.be.greaterThan(0);
    }
    const [row] = await select(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(row).to.deep.equal({ deadlocks: 0 });
  });

  it('leaves no comment when its post is deleted concurrently', async () => {
    for (let round = 0; round < 5; round += 1) {
      const post = await givenPost(cradle, author);
      const member = await givenPerson(cradle);
      const counts = await countOutcomes([
        cradle.addComment({ caller: member, postId: post.id, parentId: null, text: 'Just in time' }),
        cradle.removePost({ caller: author, postId: post.id, expectedVersion: null }),
      ]);
      expect(counts).to.be.deep.oneOf([{ ok: 2 }, { ok: 1, 'not-found': 1 }]);
      expect(await select('SELECT FROM comments WHERE post_id = $1', [post.id])).to.have.length(0);
      expect(await select('SELECT FROM post_revisions WHERE post_id = $1', [post.id])).to.have.length(0);
    }
  });
});
