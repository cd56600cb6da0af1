import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { QueryTypes } from 'sequelize';
import { described } from '../support/described.js';
import { runDoctor } from '../../src/platform/cli/doctor.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { freePort } from '../../src/platform/embedded-postgres/port.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { draft } from '../journal/world.js';
import { makeBuyer, makeProduct, order } from '../storefront/world.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { makeUser, startTestPraxis, TEST_SECRET, type TestPraxis } from '../support/praxis.js';
import { eventually, run, type Running } from '../support/processes.js';
import { rejection } from '../support/rejection.js';

/** Settings of a server, a database or a role under which values would be wrong, each with what would go wrong. */
const HOSTILE = {
  TimeZone: "'Pacific/Auckland'",
  DateStyle: "'German, DMY'",
  IntervalStyle: "'sql_standard'",
  standard_conforming_strings: 'off',
  extra_float_digits: '-10',
  bytea_output: "'escape'",
};

async function makeHostile(database: TestDatabase): Promise<void> {
  const role = new URL(database.url).username;
  const owner = new URL(database.ownerUrl).username;
  await execute(
    database.superuserUrl,
    ...Object.entries(HOSTILE).flatMap(([name, value]) => [
      `ALTER DATABASE "${database.name}" SET ${name} TO ${value}`,
      `ALTER ROLE "${role}" IN DATABASE "${database.name}" SET ${name} TO ${value}`,
      `ALTER ROLE "${owner}" IN DATABASE "${database.name}" SET ${name} TO ${value}`,
    ]),
  );
}

const SLACK_MS = 60_000;

/** Places an order, writes a post and signs in; every instant in the responses must be the present one. */
async function expectRightValues(praxis: TestPraxis): Promise<void> {
  const isNow = (instant: string): void => {
    expect(instant).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(instant) - Date.now())).to.be.lessThan(SLACK_MS);
  };
  const staff = await makeUser(praxis, 'staff');
  const product = await makeProduct(praxis, staff);
  const buyer = await makeBuyer(praxis);
  const placed = await order(praxis, buyer, [{ productId: product.id, quantity: 2 }]);
  expect(placed.status, placed.text).to.equal(201);
  const read = await praxis.call('GET', `/v1/orders/${placed.body.id}`, { token: buyer.accessToken });
  expect(read.body).to.deep.equal(placed.body);
  isNow(read.body.createdAt);
  const listed = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
  isNow(listed.body.items[0].createdAt);

  const post = await draft({ praxis, author: staff } as unknown as Parameters<typeof draft>[0], {
    title: "It's a \\ title",
    content: "C:\\new and 'quoted'",
  });
  const found = await praxis.call('GET', `/v1/posts/${post.id}`, { token: staff.accessToken });
  expect(found.body).to.deep.include({ title: "It's a \\ title", content: "C:\\new and 'quoted'" });
  isNow(found.body.createdAt);

  const email = `r${Date.now()}@example.org`;
  const password = 'correct horse battery staple';
  const registered = await praxis.call('POST', '/v1/registrations', {
    body: { email, password, fullName: 'Rita Right' },
  });
  expect(registered.status, registered.text).to.equal(202);
  const token = await praxis.tokenFor(email);
  const verified = await praxis.call('POST', '/v1/registrations/confirm', {
    body: { token, password },
  });
  expect(verified.status, verified.text).to.be.oneOf([200, 201, 204]);
  const signedIn = await praxis.call('POST', '/v1/sessions', { body: { email, password } });
  expect(signedIn.status, signedIn.text).to.equal(201);
  const sessions = await praxis.call('GET', '/v1/sessions', { token: signedIn.body.accessToken });
  isNow(sessions.body.items[0].createdAt);
  expect((await praxis.call('GET', '/readyz')).status).to.equal(200);
}

describe('session settings', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
    await makeHostile(database);
  });
  after(() => database.drop());

  it('control: those of hostile databases and roles apply to a connection that sets none', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ at: string }>(`SELECT timestamptz '2026-07-01 12:00Z'::text AS at`);
    await client.end();
    expect(rows).to.deep.equal([{ at: '02.07.2026 00:00:00 NZST' }]);
  });

  it('are the same for every setting of the database and the roles', async () => {
    const praxis = await startTestPraxis({
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.ownerUrl,
    });
    try {
      await expectRightValues(praxis);
    } finally {
      await praxis.stop();
    }
  });

  it('are the same in migrations', async () => {
    const empty = await createTestDatabase({ empty: true });
    try {
      await makeHostile(empty);
      const { applied } = await migrate({ url: empty.ownerUrl });
      expect(applied).to.have.length.greaterThan(10);
    } finally {
      await empty.drop();
    }
  });

  for (const encoding of ['LATIN1', 'SQL_ASCII'])
    it(`refuse a database in ${encoding} as a configuration error that names the encoding`, async () => {
      const name = `${database.name}_${encoding.toLowerCase()}`;
      const at = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
      const owner = new URL(database.ownerUrl).username;
      await execute(
        database.superuserUrl,
        `CREATE DATABASE "${name}" OWNER "${owner}" ENCODING '${encoding}' TEMPLATE template0
           LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
      try {
        const { lines, exitCode } = described(await rejection(migrate({ url: at(database.ownerUrl) })));
        expect(exitCode).to.equal(78);
        expect(lines.join()).to.contain(`${name}, whose encoding is ${encoding}`);
        const sequelize = openSequelize({ url: at(database.ownerUrl), poolMax: 1 });
        const refused = described(await rejection(sequelize.query('SELECT 1')));
        await sequelize.close();
        expect(refused.exitCode).to.equal(78);
        const printed: string[] = [];
        const config = () =>
          loadConfig(
            { DATABASE_URL: at(database.ownerUrl), AUTH_SECRET: TEST_SECRET, PRAXIS_HOME: tmpdir() },
            { cwd: '/nonexistent' },
          );
        expect(await runDoctor(config, (line) => void printed.push(line))).to.equal(false);
        expect(printed.join('\n')).to.match(new RegExp(`fault +database .*${encoding}`));
      } finally {
        await execute(database.superuserUrl, `DROP DATABASE "${name}" WITH (FORCE)`);
      }
    });

  describe('behind PgBouncer', () => {
    let bouncer: Running | undefined;
    let folder: string | undefined;
    let port: number;

    before(function () {
      if (spawnSync('pgbouncer', ['--version']).status !== 0) this.skip(); // not installed
      folder = mkdtempSync(path.join(tmpdir(), 'praxis-bouncer-'));
      chmodSync(folder, 0o711);
    });
    afterEach(async () => {
      bouncer?.child.kill('SIGKILL');
      await bouncer?.outcome;
    });
    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    /** PgBouncer as the package of a distribution would configure it for Praxis. */
    async function startBouncer(mode: 'session' | 'transaction'): Promise<void> {
      const home = folder!;
      port = await freePort();
      const urls = [database.url, database.ownerUrl].map((url) => new URL(url));
      const { hostname, port: serverPort, searchParams } = urls[0]!;
      const host = searchParams.get('host') ?? hostname;
      const files = {
        'users.txt': urls.map(({ username, password }) => `"${username}" "${password}"`).join('\n'),
        'pgbouncer.ini': [
          '[databases]',
          `${database.name} = host=${host} port=${serverPort}`,
          '[pgbouncer]',
          'listen_addr = 127.0.0.1',
          `listen_port = ${port}`,
          'unix_socket_dir =',
          'auth_type = scram-sha-256',
          `auth_file = ${home}/users.txt`,
          `pool_mode = ${mode}`,
          `default_pool_size = ${mode === 'session' ? 20 : 1}`,
          'ignore_startup_parameters = options, statement_timeout, lock_timeout, idle_in_transaction_session_timeout',
        ].join('\n'),
      };
      // PgBouncer does not run as root, and only the server's own user may enter the folder of its socket.
      const owner = host.startsWith('/') ? statSync(host) : { uid: 65_534, gid: 65_534 };
      const user = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : null;
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(home, name);
        writeFileSync(file, text);
        if (user !== null) chownSync(file, user.uid, user.gid);
      }
      bouncer = run('pgbouncer', ['-q', path.join(home, 'pgbouncer.ini')], user ?? {});
      await eventually(
        'PgBouncer listens',
        () =>
          new Promise((resolve) => {
            const probe = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
            probe.unref().end();
          }),
      );
    }

    const through = (url: string): string => {
      const changed = new URL(url);
      changed.search = '';
      changed.host = `127.0.0.1:${port}`;
      return changed.href;
    };

    it('are the same in session mode', async () => {
      await startBouncer('session');
      const praxis = await startTestPraxis({
        DATABASE_URL: through(database.url),
        DATABASE_MIGRATION_URL: through(database.ownerUrl),
      });
      try {
        await expectRightValues(praxis);
      } finally {
        await praxis.stop();
      }
    });

    it('are kept for each client in transaction mode, although clients share connections', async () => {
      await startBouncer('transaction');
      const sequelize = openSequelize({ url: through(database.url), poolMax: 1 });
      const stranger = new pg.Client({ connectionString: through(database.url) });
      await stranger.connect();
      try {
        for (let round = 0; round < 3; round += 1) {
          await stranger.query(`SET TimeZone TO 'Pacific/Auckland'; SET DateStyle TO 'German'`);
          const [row] = await sequelize.query<{ at: string; day: string; backslash: string }>(
            `SELECT timestamptz '2026-07-01 12:00Z'::text AS at, date '2026-07-02'::text AS day, '\\' AS backslash`,
            { type: QueryTypes.SELECT },
          );
          expect(row).to.deep.equal({ at: '2026-07-01 12:00:00+00', day: '2026-07-02', backslash: '\\' });
        }
      } finally {
        await stranger.end();
        await sequelize.close();
      }
    });
  });
});
