import { expect } from 'chai';
import { pino } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { makeClientLimiter } from '../../src/platform/http/rate-limits/rate-limits-clients.js';
import { rateLimitKeys } from '../../src/platform/http/rate-limits/rate-limit-keys.js';
import {
  makePurgeRateLimits,
  makeRateLimits,
} from '../../src/platform/http/rate-limits/rate-limits-postgres.js';
import type { ClientLimiter } from '../../src/platform/http/rate-limits/rate-limits.js';
import { FakeClock } from '../support/fakes/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { eventually } from '../support/processes.js';

const secrets = makeSecrets('a secret for tests, longer than 32 bytes');
const on = { rateLimit: true };

describe('rate limits', () => {
  let database: TestDatabase;
  /** Two pools stand for two processes. */
  let pools: Sequelize[];
  before(async () => {
    database = await createTestDatabase();
    pools = [1, 2].map(() => openSequelize({ url: database.url, poolMax: 5 }));
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });
  afterEach(async () => {
    await pools[0]!.query('DELETE FROM rate_limits');
  });

  describe('that are exact', () => {
    const policy = { name: 'test', points: 37, windowSeconds: 60 };

    it('allow exactly the limit of 100 concurrent takes over two processes', async () => {
      const limits = pools.map((sequelize) => makeRateLimits({ sequelize, secrets, config: on }));
      const states = await Promise.all(
        Array.from({ length: 100 }, (_, n) => limits[n % 2]!.take(policy, 'member@praxis.test')),
      );
      expect(states.filter(({ allowed }) => allowed)).to.have.length(37);
      for (const { limit, windowSeconds, resetSeconds } of states) {
        expect([limit, windowSeconds]).to.deep.equal([37, 60]);
        expect(resetSeconds).to.be.within(1, 60);
      }
      expect(
        new Set(states.filter(({ allowed }) => allowed).map(({ remaining }) => remaining)).size,
      ).to.equal(37);
    });

    it('count each key and each policy separately', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: on });
      const tight = { ...policy, points: 1 };
      expect((await limits.take(tight, 'a')).allowed).to.equal(true);
      expect((await limits.take(tight, 'a')).allowed).to.equal(false);
      expect((await limits.take(tight, 'b')).allowed).to.equal(true);
      expect((await limits.take({ ...tight, name: 'other' }, 'a')).allowed).to.equal(true);
    });

    it('refund points', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: on });
      const tight = { ...policy, points: 2 };
      await limits.take(tight, 'a');
      await limits.take(tight, 'a');
      await limits.refund([{ policy: tight, key: 'a' }]);
      expect(await limits.take(tight, 'a')).to.include({ allowed: true, remaining: 0 });
      expect(await limits.take(tight, 'a')).to.include({ allowed: false, remaining: 0 });
    });

    it('do not count refused takes', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: on });
      const tight = { ...policy, points: 2 };
      for (let n = 0; n < 10; n += 1) await limits.take(tight, 'a');
      expect(await limits.read({ policy: tight, key: 'a' })).to.equal(2);
      await limits.refund([{ policy: tight, key: 'a' }]);
      expect((await limits.take(tight, 'a')).allowed).to.equal(true);
    });

    it('never fall below zero, and ignore past windows', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: on });
      const short = { name: 'short', points: 2, windowSeconds: 1 };
      await limits.take(short, 'a');
      await limits.refund([{ policy: short, key: 'a' }]);
      await limits.refund([{ policy: short, key: 'a' }]);
      expect(await limits.read({ policy: short, key: 'a' })).to.equal(0);
      expect(await limits.count([{ policy: short, key: 'a' }])).to.deep.equal([1]);
      await eventually('the end', async () => (await limits.read({ policy: short, key: 'a' })) === 0);
      expect(await limits.take(short, 'a')).to.include({ allowed: true, remaining: 1 });
    });

    it('count several keys at once, beyond their limits, over two processes', async () => {
      const limits = pools.map((sequelize) => makeRateLimits({ sequelize, secrets, config: on }));
      const [a, b] = ['a', 'b'].map((key) => ({ policy: { ...policy, points: 5 }, key }));
      const counts = await Promise.all(
        Array.from({ length: 40 }, (_, n) => limits[n % 2]!.count(n % 4 < 2 ? [a!, b!] : [b!, a!])),
      );
      const first = counts.map((each, n) => each[n % 4 < 2 ? 0 : 1]!);
      expect(first.toSorted((x, y) => x - y)).to.deep.equal(Array.from({ length: 40 }, (_, n) => n + 1));
      await Promise.all(counts.map((_, n) => limits[n % 2]!.refund(n % 4 < 2 ? [a!, b!] : [b!, a!])));
      expect(await limits[0]!.read(a!)).to.equal(0);
    });

    it('restart when the window is over', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: on });
      const tight = { ...policy, points: 1, windowSeconds: 1 };
      await limits.take(tight, 'a');
      expect((await limits.take(tight, 'a')).allowed).to.equal(false);
      await eventually('a new window', async () => (await limits.take(tight, 'a')).allowed);
    });

    it('store no addresses or ids', async () => {
      await makeRateLimits({ sequelize: pools[0]!, secrets, config: on }).take(policy, 'member@praxis.test');
      const rows = await pools[0]!.query<{ key: string }>('SELECT key FROM rate_limits', {
        type: QueryTypes.SELECT,
      });
      expect(rows).to.have.length(1);
      expect(rows[0]!.key).to.match(/^test:[\w-]{43}$/);
    });

    it('do not count or refuse when they are off', async () => {
      const limits = makeRateLimits({ sequelize: pools[0]!, secrets, config: { rateLimit: false } });
      const tight = { ...policy, points: 1 };
      await limits.take(tight, 'a');
      expect(await limits.take(tight, 'a')).to.include({ allowed: true, remaining: 0 });
    });

    it('hold in each process while the database is unavailable', async () => {
      const sequelize = openSequelize({ url: 'postgres://nobody@127.0.0.1:1/nowhere', poolMax: 1 });
      const limits = makeRateLimits({ sequelize, secrets, config: on });
      const tight = { ...policy, points: 2 };
      const allowed: boolean[] = [];
      for (let n = 0; n < 3; n += 1) allowed.push((await limits.take(tight, 'a')).allowed);
      expect(allowed).to.deep.equal([true, true, false]);
      await limits.refund([{ policy: tight, key: 'a' }]);
      expect(await limits.read({ policy: tight, key: 'a' })).to.equal(1);
      expect(await limits.count([{ policy: tight, key: 'a' }])).to.deep.equal([2]);
      await sequelize.close();
    });

    it('are deleted when their windows are over', async () => {
      await pools[0]!.query(`INSERT INTO rate_limits VALUES ('old', 1, 1), ('new', 1, 99999999999999)`);
      await makePurgeRateLimits({ sequelize: pools[0]! })();
      const left = await pools[0]!.query('SELECT key FROM rate_limits', { type: QueryTypes.SELECT });
      expect(left).to.deep.equal([{ key: 'new' }]);
    });
  });

  describe('on every request of a client', () => {
    const logger = pino({ level: 'silent' });
    let clock: FakeClock;
    beforeEach(() => {
      clock = new FakeClock();
    });
    const makeLimiter = (
      n: number,
      options: Parameters<typeof makeClientLimiter>[1] = {},
      config = on,
    ): ClientLimiter =>
      makeClientLimiter({ sequelize: pools[n]!, secrets, clock, logger, config }, { points: 10, ...options });
    const takeUntilRefused = (limiter: ClientLimiter, client = 'a'): number => {
      let taken = 0;
      while (limiter.check(client).allowed) taken += 1;
      return taken;
    };

    it('refuse requests beyond the limit until the window ends', () => {
      const limiter = makeLimiter(0);
      expect(limiter.check('a')).to.deep.equal({
        allowed: true,
        limit: 10,
        remaining: 9,
        resetSeconds: 60,
        windowSeconds: 60,
      });
      expect(takeUntilRefused(limiter)).to.equal(9);
      expect(limiter.check('b').allowed).to.equal(true);
      clock.advance(59_500);
      expect(limiter.check('a')).to.include({ allowed: false, remaining: 0, resetSeconds: 1 });
      clock.advance(500);
      expect(limiter.check('a')).to.include({ allowed: true, remaining: 9 });
    });

    it('include the counts of other processes within about a second', async () => {
      const [first, second] = [makeLimiter(0), makeLimiter(1)];
      first.start();
      second.start();
      for (let n = 0; n < 6; n += 1) first.check('a');
      for (let n = 0; n < 2; n += 1) second.check('a');
      await eventually('shared', async () => {
        const rows = await pools[0]!.query<{ points: number }>('SELECT points FROM rate_limits', {
          type: QueryTypes.SELECT,
        });
        return rows[0]?.points === 8;
      });
      // Each learns the sum with its own next exchange.
      first.check('a');
      second.check('a');
      await Promise.all([first.stop(), second.stop()]);
      expect(second.check('a').allowed && first.check('a').allowed).to.equal(false);
    });

    it('exchange their last counts when they stop', async () => {
      const first = makeLimiter(0);
      for (let n = 0; n < 6; n += 1) first.check('a');
      await first.stop();
      const second = makeLimiter(1);
      second.check('a');
      await second.stop();
      expect(takeUntilRefused(second)).to.equal(3);
    });

    it('keep a bounded number of clients', () => {
      const limiter = makeLimiter(0, { maxClients: 3 });
      expect(takeUntilRefused(limiter, 'a')).to.equal(10);
      for (const client of ['b', 'c']) limiter.check(client);
      expect(limiter.check('a').allowed).to.equal(false);
      for (const client of ['d', 'e', 'f']) limiter.check(client);
      expect(limiter.check('a').allowed).to.equal(true);
    });

    it('continue to count when the database does not answer', async () => {
      const sequelize = openSequelize({ url: 'postgres://nobody@127.0.0.1:1/nowhere', poolMax: 1 });
      const limiter = makeClientLimiter({ sequelize, secrets, clock, logger, config: on }, { points: 3 });
      limiter.check('a');
      await limiter.stop();
      expect(takeUntilRefused(limiter)).to.equal(2);
      await sequelize.close();
    });

    it('do not count or refuse when they are off', () => {
      const limiter = makeLimiter(0, { points: 1 }, { rateLimit: false });
      limiter.check('a');
      expect(limiter.check('a')).to.include({ allowed: true, remaining: 0 });
    });

    it('limit each IPv6 network, and all networks of a site together', () => {
      const limiter = makeLimiter(0, { sitePoints: 15 });
      expect(takeUntilRefused(limiter, '2001:db8:1:1::1')).to.equal(10);
      expect(limiter.check('2001:db8:1:1::2').allowed).to.equal(false);
      expect(takeUntilRefused(limiter, '2001:db8:1:2::1')).to.equal(5);
      expect(limiter.check('2001:db8:2:1::1').allowed).to.equal(true);
    });
  });
});

describe('the keys of rate limits', () => {
  for (const [text, network, site] of [
    ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:0DB8:1:2::1', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['[2001:db8:1:2::9]:61000', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
    ['::1', '0:0:0:0::/64', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['unknown', 'unknown', 'unknown'],
    ['x'.repeat(500), 'x'.repeat(64), 'x'.repeat(64)],
  ] as const) {
    it(`of ${text.slice(0, 40)} are ${network.slice(0, 20)} and ${site.slice(0, 20)}`, () => {
      expect(rateLimitKeys(text)).to.deep.equal({ network, site });
    });
  }
});
