import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { MIGRATIONS_FOLDER, SEEDERS_FOLDER } from '../../src/platform/database/migration-files.js';
import { migrate, seed, undo, undoSeeds } from '../../src/platform/database/migrator.js';
import { catalogOf, type Catalog } from '../support/catalog.js';
import { applicationRole, createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { REPOSITORY, run, type Outcome } from '../support/processes.js';

const CLI = path.join(REPOSITORY, 'node_modules', 'sequelize-cli', 'lib', 'sequelize');

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cjs'))
    .sort();

describe('sequelize-cli', function () {
  this.timeout(300_000);
  let home: string;
  const data = () => path.join(home, 'postgres', 'data');

  /** Runs a command as a user of the repository does, with no variables of Praxis except `variables`. */
  async function cli(variables: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
    const { PATH, TMPDIR } = process.env;
    return run(process.execPath, [CLI, ...args], {
      env: { PATH, TMPDIR, HOME: tmpdir(), PRAXIS_HOME: home, ...variables },
    }).outcome;
  }

  async function succeeds(variables: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(variables, ...args);
    expect(code, `${args.join(' ')}: ${stdout}${stderr}`).to.equal(0);
    return stdout;
  }

  async function rowsOf(url: string, sql: string): Promise<object[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<object>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  const migrations = filesIn(MIGRATIONS_FOLDER);

  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'praxis-cli-'));
    chmodSync(home, 0o711);
  });

  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('migrates and seeds the embedded database in consecutive commands, and leaves no server running', async () => {
    const states = async () =>
      (await succeeds({}, 'db:migrate:status')).split('\n').filter((line) => /^(up|down) /.test(line));
    expect(await states()).to.deep.equal(migrations.map((name) => `down ${name}`));
    await succeeds({}, 'db:migrate');
    expect(readPostmaster(data())).to.equal(null);
    await succeeds({}, 'db:seed:all');
    await succeeds({}, 'db:seed:undo:all');
    await succeeds({}, 'db:migrate:undo');
    expect(await states()).to.deep.equal(
      migrations.map((name) => `${name === migrations.at(-1) ? 'down' : 'up'} ${name}`),
    );
    await succeeds({}, 'db:migrate');
    await succeeds({}, 'db:migrate:undo:all');
    expect(readPostmaster(data())).to.equal(null);
  });

  it('works beside a running application, on the same migration tables, and keeps its rights', async () => {
    const embedded = await startEmbeddedPostgres({ home });
    try {
      await succeeds({}, 'db:migrate');
      expect((await migrate({ url: embedded.ownerUrl })).applied).to.deep.equal([]);
      const forbidden = await rowsOf(
        embedded.applicationUrl,
        `SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           AND NOT has_table_privilege(c.oid, 'SELECT')`,
      );
      expect(forbidden).to.deep.equal([]);
      const records = `SELECT has_table_privilege('"SequelizeMeta"', 'DELETE') AS may`;
      expect(await rowsOf(embedded.applicationUrl, records)).to.deep.equal([{ may: false }]);
      await succeeds({}, 'db:seed:all');
      expect((await seed({ url: embedded.ownerUrl })).applied).to.deep.equal([]);
      expect((await undoSeeds({ url: embedded.ownerUrl })).reverted).to.have.length(
        filesIn(SEEDERS_FOLDER).length,
      );
      expect((await undo({ url: embedded.ownerUrl, to: 'all' })).reverted).to.have.length(migrations.length);
      expect(await rowsOf(embedded.applicationUrl, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    } finally {
      await embedded.stop();
    }
  });

  it('refuses to create or drop a database of the embedded server', async () => {
    expect(await succeeds({}, 'db:create')).to.contain('nothing to create');
    const { code, stderr } = await cli({}, 'db:drop');
    expect(code).to.equal(1);
    expect(stderr).to.contain(path.join(home, 'postgres')).and.to.contain('DATABASE_URL');
    expect(existsSync(data())).to.equal(true);
  });

  it('reports a wrong setting in one line', async () => {
    for (const [variables, message] of [
      [{ DATABASE_URL: 'nonsense' }, /^DATABASE_URL .*\n$/],
      [{ DATABASE_URL_FILE: '/no/such/file' }, /^DATABASE_URL_FILE .*\n$/],
    ] as const) {
      const { code, stderr } = await cli(variables, 'db:migrate:status');
      expect(code).to.equal(1);
      expect(stderr).to.match(message);
    }
  });

  describe('on an external server', () => {
    let database: TestDatabase;
    let expected: Catalog;

    before(async () => {
      database = await createTestDatabase();
      expected = await catalogOf(database.ownerUrl);
    });

    after(async () => {
      await database.drop();
    });

    it('creates, migrates and drops the database of DATABASE_URL, read from a file like any other variable', async () => {
      const url = new URL(database.superuserUrl);
      url.pathname = `${url.pathname}_cli`;
      const file = path.join(home, 'database-url');
      writeFileSync(file, `${url.href}\n`, { mode: 0o600 });
      expect(readFileSync(file, 'utf8')).to.contain('_cli');
      const variables = { DATABASE_URL: undefined, DATABASE_URL_FILE: file };
      await succeeds(variables, 'db:create');
      try {
        await succeeds(variables, 'db:migrate');
        expect(await catalogOf(url.href)).to.deep.equal(expected);
      } finally {
        await succeeds(variables, 'db:drop');
      }
    });

    it('migrates as DATABASE_MIGRATION_URL and gives the role of DATABASE_URL its rights', async function () {
      const role = await applicationRole();
      if (new URL(database.ownerUrl).username === role) this.skip(); // a server on which one role does both
      const fresh = await createTestDatabase({ empty: true });
      try {
        const variables = { DATABASE_URL: fresh.url, DATABASE_MIGRATION_URL: fresh.ownerUrl };
        await succeeds(variables, 'db:migrate');
        expect(await catalogOf(fresh.ownerUrl)).to.deep.equal(expected);
        expect(await rowsOf(fresh.url, 'SELECT name FROM "SequelizeMeta" ORDER BY 1')).to.deep.equal(
          migrations.map((name) => ({ name })),
        );
      } finally {
        await fresh.drop();
      }
    });
  });
});
