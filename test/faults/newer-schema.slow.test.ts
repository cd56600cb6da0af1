import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { described } from '../support/described.js';
import { MIGRATIONS_FOLDER } from '../../src/platform/database/migration-files.js';
import { migrate, status, undo } from '../../src/platform/database/migrator.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { startTestPraxis } from '../support/praxis.js';
import { run } from '../support/processes.js';
import { query } from '../support/query.js';
import { rejection } from '../support/rejection.js';
import { makeSandbox } from '../support/server-process.js';

const NEWER = ['29990101000000-later.cjs', '29990102000000-latest.cjs'];
const note = (name: string): string => `INSERT INTO "SequelizeMeta" VALUES ('${name}')`;
const forget = `DELETE FROM "SequelizeMeta" WHERE name LIKE '2999%'`;

describe('a schema that a newer version has migrated', () => {
  const sandbox = makeSandbox();
  let database: TestDatabase;
  let env: Readonly<Record<string, string>>;
  before(async () => {
    database = await createTestDatabase();
    await execute(database.ownerUrl, ...NEWER.map(note));
    env = {
      PRAXIS_HOME: sandbox.newHome(),
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      PRAXIS_DEMO: 'off',
    };
  });
  after(async () => {
    await sandbox.clear();
    await database.drop();
  });

  const applied = async (): Promise<number> =>
    (await query(database.ownerUrl, 'SELECT name FROM "SequelizeMeta"')).rows.length;

  it('is neither migrated nor undone by an older version, which names the unknown migrations', async () => {
    const before = await applied();
    for (const attempt of [
      migrate({ url: database.ownerUrl }),
      undo({ url: database.ownerUrl }),
      undo({ url: database.ownerUrl, to: 'all' }),
    ]) {
      const { lines, exitCode } = described(await rejection(attempt));
      expect(exitCode).to.equal(78);
      expect(lines.join()).to.contain(NEWER.join(', '));
    }
    expect(await applied()).to.equal(before);
    expect(
      (await status({ url: database.ownerUrl })).filter(({ state }) => state === 'unknown'),
    ).to.deep.equal(NEWER.map((name) => ({ name, state: 'unknown' })));
  });

  it('makes an older version exit with 78', async () => {
    for (const args of [['serve'], ['migrate'], ['migrate', 'undo', '--yes']]) {
      const { code, stderr } = await sandbox.praxis(args, env).outcome;
      expect(stderr).to.contain(NEWER.join(', '));
      expect(code, args.join(' ')).to.equal(78);
    }
  });

  it('is refused by sequelize-cli too', async () => {
    for (const command of ['db:migrate', 'db:migrate:undo', 'db:migrate:undo:all']) {
      const { code, stderr } = await run('npx', ['sequelize-cli', command], {
        env: { PATH: process.env['PATH'], DATABASE_URL: database.ownerUrl },
      }).outcome;
      expect(code, command).to.equal(1);
      expect(stderr).to.contain(NEWER.join(', '));
    }
  });

  it('makes a running older process unready', async () => {
    const praxis = await startTestPraxis();
    try {
      expect((await praxis.call('GET', '/readyz')).status).to.equal(200);
      await execute(praxis.ownerUrl, note(NEWER[0]!));
      expect((await praxis.call('GET', '/readyz')).status).to.equal(503);
      await execute(praxis.ownerUrl, forget);
      expect((await praxis.call('GET', '/readyz')).status).to.equal(200);
    } finally {
      await praxis.stop();
    }
  });

  it('is undone by the newer version, and then served by the older one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'praxis-newer-'));
    const newer = await createTestDatabase();
    try {
      for (const name of readdirSync(MIGRATIONS_FOLDER))
        cpSync(path.join(MIGRATIONS_FOLDER, name), path.join(folder, name));
      const noop = 'module.exports = { up: async () => undefined, down: async () => undefined };\n';
      for (const name of NEWER) writeFileSync(path.join(folder, name), noop);
      expect((await migrate({ url: newer.ownerUrl, folder })).applied).to.deep.equal(NEWER);
      await rejection(migrate({ url: newer.ownerUrl }));
      const { reverted } = await undo({ url: newer.ownerUrl, folder, to: NEWER[0]! });
      expect(reverted).to.deep.equal([...NEWER].reverse());
      expect((await migrate({ url: newer.ownerUrl })).applied).to.deep.equal([]);
    } finally {
      await newer.drop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('praxis migrate undo', () => {
  const sandbox = makeSandbox();
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(async () => {
    await sandbox.clear();
    await database.drop();
  });

  it('drops nothing without a terminal or in production unless --yes is given', async () => {
    const home = sandbox.newHome();
    const env = {
      PRAXIS_HOME: home,
      DATABASE_URL: database.ownerUrl,
      AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      PRAXIS_DEMO: 'off',
      PUBLIC_URL: 'https://praxis.test',
      MAIL_URL: 'smtp://127.0.0.1:9',
      PAYMENT_GATEWAY: 'desk',
    };
    const tables = async () =>
      (await query(database.ownerUrl, `SELECT FROM pg_tables WHERE schemaname = 'public'`)).rows.length;
    const before = await tables();
    for (const NODE_ENV of ['development', 'production'])
      for (const to of [[], ['--to', 'all']]) {
        const { code, stderr } = await sandbox.praxis(['migrate', 'undo', ...to], { ...env, NODE_ENV })
          .outcome;
        expect(code).to.equal(1);
        expect(stderr).to.match(/^praxis: this drops what .*; add --yes if you mean it\n$/);
      }
    expect(await tables()).to.equal(before);
  });

  it('asks for confirmation at a terminal', async function () {
    if (spawnSync('script', ['--version']).status !== 0) this.skip(); // no pseudo-terminal to be had
    const home = sandbox.newHome();
    const answerWith = (word: string) =>
      spawnSync('script', ['-qec', `node ${path.resolve('dist/cli.js')} migrate undo`, '/dev/null'], {
        input: `${word}\n`,
        encoding: 'utf8',
        cwd: path.dirname(home),
        env: {
          PATH: process.env['PATH'],
          PRAXIS_HOME: home,
          DATABASE_URL: database.ownerUrl,
          AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
        },
      });
    const names = async () =>
      (await query(database.ownerUrl, 'SELECT name FROM "SequelizeMeta" ORDER BY name')).rows as {
        name: string;
      }[];
    const before = await names();
    const no = answerWith('no');
    expect(no.stdout).to.contain('Type yes').and.to.contain('nothing was undone');
    expect(await names()).to.deep.equal(before);
    const yes = answerWith('yes');
    expect(yes.stdout).to.contain(`undone ${before.at(-1)!.name}`);
    expect(await names()).to.deep.equal(before.slice(0, -1));
  });
});
