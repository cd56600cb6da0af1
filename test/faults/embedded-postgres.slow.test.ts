import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import type { Endpoint } from '../../src/platform/embedded-postgres/endpoint.js';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { isAlive } from '../../src/platform/embedded-postgres/processes.js';
import { isUnavailable } from '../../src/platform/database/errors.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { eventually, runScript, type Running } from '../support/processes.js';

type Held = Readonly<{ attached: boolean; endpoint: Endpoint; applicationUrl: string }>;

const HOLDER = 'faults/processes/hold-postgres.ts';
const asRoot = process.getuid?.() === 0;

const dataOf = (home: string): string => path.join(home, 'postgres', 'data');
const heldBy = async (holder: Running): Promise<Held> => JSON.parse(await holder.firstLine) as Held;
const isGone = (pid: number) => () => !isAlive(pid);

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  const homes: string[] = [];
  const holders: Running[] = [];

  /** A home that does not exist yet, in a folder that the server's user may or may not enter. */
  const newHome = (mode = 0o711): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'praxis-faults-'));
    homes.push(folder);
    chmodSync(folder, mode);
    return path.join(folder, 'home');
  };
  const hold = (home: string, ...options: Parameters<typeof runScript>[2][]): Running => {
    const holder = runScript(HOLDER, [home], ...options);
    holders.push(holder);
    return holder;
  };
  const end = async (holder: Running, signal: NodeJS.Signals): Promise<void> => {
    holder.child.kill(signal);
    await holder.outcome;
  };
  afterEach(async () => {
    for (const { child, outcome } of holders.splice(0)) {
      child.kill('SIGKILL');
      await outcome;
    }
    for (const home of homes.splice(0)) {
      const postmaster = existsSync(dataOf(path.join(home, 'home')))
        ? readPostmaster(dataOf(path.join(home, 'home')))
        : null;
      if (postmaster !== null) await eventually('the server is gone', isGone(postmaster.pid));
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('gives the application a role that owns nothing, and the owner the rights for migrations', async () => {
    const home = newHome();
    const embedded = await startEmbeddedPostgres({ home, durable: false });
    try {
      const [application] = await ask(
        embedded.applicationUrl,
        `SELECT r.rolsuper, r.rolcreatedb, r.rolcreaterole,
                has_schema_privilege('public', 'CREATE') AS creates,
                (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns
         FROM pg_roles r WHERE rolname = current_user`,
      );
      expect(application).to.deep.equal({
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        creates: false,
        owns: 0,
      });
      for (const extension of ['btree_gist', 'pg_trgm', 'unaccent'])
        await ask(embedded.ownerUrl, `CREATE EXTENSION ${extension}`);
      const [owner] = await ask(
        embedded.ownerUrl,
        `SELECT rolsuper, lower('ÄÖ') AS lower, cardinality(show_trgm('Ärzte')) AS trigrams,
                current_setting('TimeZone') AS zone FROM pg_roles WHERE rolname = current_user`,
      );
      expect(owner).to.deep.equal({ rolsuper: false, lower: 'äö', trigrams: 6, zone: 'UTC' });
      expect(statSync(path.join(home, 'postgres', 'credentials.json')).mode & 0o777).to.equal(0o600);
      expect(statSync(dataOf(home)).mode & 0o777).to.equal(0o700);
      expect(statSync(home).mode & 0o777).to.equal(0o711);
    } finally {
      await embedded.stop();
    }
    expect(readPostmaster(dataOf(home)), 'a server after stop()').to.equal(null);
  });

  it('attaches a second process, which takes over on the same port when the first stops or is killed', async () => {
    const home = newHome();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const first = hold(home);
      const { attached, endpoint } = await heldBy(first);
      expect(attached).to.equal(false);
      const embedded: EmbeddedPostgres = await startEmbeddedPostgres({ home, durable: false });
      const sequelize = openSequelize({ url: embedded.applicationUrl, poolMax: 4 });
      try {
        expect(embedded.attached).to.equal(true);
        expect(embedded.endpoint).to.deep.equal(endpoint);
        const inFlight = Promise.allSettled(
          Array.from({ length: 4 }, () => sequelize.query('SELECT pg_sleep(30)')),
        );
        await eventually('the pool is used up', async () => {
          const sleeping = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'`;
          return (await ask(embedded.superuserUrl, sleeping)).length === 4;
        });
        const queued = Promise.allSettled(Array.from({ length: 4 }, () => sequelize.query('SELECT 1')));
        await end(first, signal);
        for (const answer of await inFlight)
          expect(answer.status === 'rejected' && isUnavailable(answer.reason), answer.status).to.equal(true);
        for (const answer of await queued)
          if (answer.status === 'rejected')
            expect(isUnavailable(answer.reason), String(answer.reason)).to.equal(true);
        await eventually('the pool works again', () =>
          sequelize.query('SELECT 1').then(
            () => true,
            (error: unknown) => {
              expect(isUnavailable(error), String(error)).to.equal(true);
              return false;
            },
          ),
        );
        expect(embedded.attached).to.equal(false);
      } finally {
        await sequelize.close();
        await embedded.stop();
      }
    }
  });

  it('leaves no server behind when its process is killed, and starts again', async () => {
    const home = newHome();
    const holder = hold(home);
    await heldBy(holder);
    const { pid } = readPostmaster(dataOf(home))!;
    await end(holder, 'SIGKILL');
    await eventually('the server is gone', isGone(pid));
    expect((await heldBy(hold(home))).attached).to.equal(false);
  });

  it('starts the server again when the server itself is killed', async () => {
    const home = newHome();
    const embedded = await startEmbeddedPostgres({ home, durable: false });
    try {
      const { pid } = readPostmaster(dataOf(home))!;
      process.kill(pid, 'SIGKILL');
      await eventually('another server answers', () =>
        ask(embedded.applicationUrl, 'SELECT 1').then(
          () => readPostmaster(dataOf(home))?.pid !== pid,
          () => false,
        ),
      );
    } finally {
      await embedded.stop();
    }
  });

  it('starts once when five processes start together: one owns the server, all use it', async () => {
    const home = newHome();
    const held = await Promise.all(Array.from({ length: 5 }, () => heldBy(hold(home))));
    expect(held.filter(({ attached }) => !attached)).to.have.length(1);
    expect(new Set(held.map(({ applicationUrl }) => applicationUrl)).size).to.equal(1);
    for (const { applicationUrl } of held)
      expect(await ask(applicationUrl, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    expect(readdirSync(home)).to.deep.equal(['postgres']);
  });

  it('recovers from a first start that was killed', async () => {
    const home = newHome();
    const holder = hold(home);
    const drafts = () =>
      existsSync(home) ? readdirSync(home).filter((name) => name.startsWith('postgres.new-')) : [];
    await eventually('initdb is at work', () =>
      drafts().some((name) => existsSync(path.join(home, name, 'data', 'base'))),
    );
    await end(holder, 'SIGKILL');
    expect(existsSync(path.join(home, 'postgres'))).to.equal(false);
    const { applicationUrl } = await heldBy(hold(home));
    expect(await ask(applicationUrl, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    expect(drafts()).to.deep.equal([]);
  });

  it('starts despite a lock and a postmaster.pid with the process ids of other programs', async () => {
    const home = newHome();
    await end(hold(home), 'SIGKILL');
    const embedded = await startEmbeddedPostgres({ home, durable: false });
    await embedded.stop();

    writeFileSync(path.join(home, 'postgres.lock'), '1');
    utimesSync(path.join(home, 'postgres.lock'), 0, 0);
    const { uid, gid } = statSync(dataOf(home));
    const stranger = runScript(HOLDER, [newHome()], asRoot ? { uid, gid } : {});
    const entry = [
      stranger.child.pid,
      dataOf(home),
      0,
      embedded.endpoint.port,
      '../socket',
      '',
      '',
      'ready',
      '',
    ];
    writeFileSync(path.join(dataOf(home), 'postmaster.pid'), entry.join('\n'));
    try {
      const again = await startEmbeddedPostgres({ home, durable: false });
      expect(again.attached).to.equal(false);
      expect(again.endpoint).to.deep.equal(embedded.endpoint);
      await again.stop();
    } finally {
      await end(stranger, 'SIGKILL');
    }
  });

  it('runs when its user may not read a parent folder of its home', async function () {
    if (!asRoot) this.skip(); // the server of an ordinary user can enter what the user can
    const home = newHome(0o700);
    const embedded = await startEmbeddedPostgres({ home });
    try {
      expect(await ask(embedded.applicationUrl, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
      expect(existsSync(dataOf(home))).to.equal(true);
    } finally {
      await embedded.stop();
    }
  });

  it('runs as an ordinary user too', async function () {
    if (!asRoot) this.skip(); // without root, every other test runs as an ordinary user
    const home = newHome();
    const { uid, gid } = statSync(dataOf(await someHome()));
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, uid, gid);
    const holder = hold(home, { uid, gid, env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home } });
    const { applicationUrl } = await heldBy(holder);
    expect(await ask(applicationUrl, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    const { pid } = readPostmaster(dataOf(home))!;
    await end(holder, 'SIGTERM');
    expect(isAlive(pid)).to.equal(false);
  });

  /** A home whose cluster exists, to learn which user servers run as here. */
  async function someHome(): Promise<string> {
    const home = newHome();
    await (await startEmbeddedPostgres({ home, durable: false })).stop();
    return home;
  }
});
