import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { MIGRATIONS_FOLDER } from '../../src/platform/database/migration-files.js';
import { migrate, schemaIsCurrent, seed, status, undo } from '../../src/platform/database/migrator.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { catalogOf } from '../support/catalog.js';
import { applicationRole, createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { eventually, runScript } from '../support/processes.js';

const MIGRATIONS = readdirSync(MIGRATIONS_FOLDER)
  .filter((name) => name.endsWith('.cjs'))
  .sort();

/**
 * Migrations before which a context was complete, as in a release. The test migrates from there to the last one, and
 * down again.
 */
const COMPLETE_BEFORE = new Set(
  MIGRATIONS.filter((name, index) => name.slice(8, 11) !== MIGRATIONS[index - 1]?.slice(8, 11)),
);

const step = (up: string, down = ''): string =>
  `module.exports = {
     up: (queryInterface) => queryInterface.sequelize.query(${JSON.stringify(up)}),
     down: (queryInterface) => queryInterface.sequelize.query(${JSON.stringify(down)}),
   };`;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
}

/**
 * Undoing the migration of orders leaves stock movements that refer to orders. These references have to be removed
 * before migrating up again.
 */
const FORGET_ORDERS = `
  DO $$ BEGIN
    IF to_regclass('stock_movements') IS NOT NULL AND to_regclass('orders') IS NULL THEN
      SET LOCAL praxis.maintenance = 'on';
      UPDATE stock_movements SET order_id = NULL WHERE order_id IS NOT NULL;
    END IF;
  END $$`;

/** A digest of the rows of every table that has any, without the lists of executed migrations. */
async function rowsIn(url: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'Sequelize%' ORDER BY 1`,
    );
    const digests = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ digest: string | null }>(
        `SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) AS digest FROM "${name}" t`,
      );
      if (typeof rows[0]?.digest === 'string') digests.set(name, rows[0].digest);
    }
    return digests;
  } finally {
    await client.end();
  }
}

describe('the migrations', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
    folder = mkdtempSync(path.join(tmpdir(), 'praxis-migrations-'));
  });

  afterEach(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const tables = async (): Promise<string[]> => {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    await client.end();
    return rows.map(({ name }) => name);
  };

  it('restore the same schema after up, down and up', async () => {
    const url = database.ownerUrl;
    const empty = await catalogOf(url);
    expect((await migrate({ url })).applied).to.deep.equal(MIGRATIONS);
    const full = await catalogOf(url);
    expect(full['columns']).not.to.deep.equal([]);
    expect((await undo({ url, to: 'all' })).reverted).to.deep.equal([...MIGRATIONS].reverse());
    expect(await catalogOf(url)).to.deep.equal(empty);
    await migrate({ url });
    expect(await catalogOf(url)).to.deep.equal(full);
    expect((await status({ url })).map(({ state }) => state)).to.deep.equal(MIGRATIONS.map(() => 'applied'));
    expect((await migrate({ url })).applied).to.deep.equal([]);
  });

  it('can each be applied and undone alone', async () => {
    const url = database.ownerUrl;
    for (const name of MIGRATIONS) {
      const before = await catalogOf(url);
      copyFileSync(path.join(MIGRATIONS_FOLDER, name), path.join(folder, name));
      expect((await migrate({ url, folder })).applied).to.deep.equal([name]);
      const after = await catalogOf(url);
      expect((await undo({ url, folder })).reverted, name).to.deep.equal([name]);
      expect(await catalogOf(url), name).to.deep.equal(before);
      await migrate({ url, folder });
      expect(await catalogOf(url), name).to.deep.equal(after);
    }
  });

  it('can each be undone and applied again with the rows of the demo practice', async function () {
    this.timeout(300_000);
    const url = database.ownerUrl;
    await migrate({ url });
    await seed({ url });
    // Only the copied files exist, as in a release without the later migrations.
    for (const name of MIGRATIONS) copyFileSync(path.join(MIGRATIONS_FOLDER, name), path.join(folder, name));
    const newest = await catalogOf(url);
    let above = newest;
    for (const name of [...MIGRATIONS].reverse().slice(0, -1)) {
      expect((await undo({ url, folder })).reverted).to.deep.equal([name]);
      await execute(url, FORGET_ORDERS);
      const [schema, rows] = [await catalogOf(url), await rowsIn(url)];
      expect(rows.size, `rows before ${name}`).to.be.greaterThan(0);
      expect((await migrate({ url, folder })).applied).to.deep.equal([name]);
      expect(await catalogOf(url), name).to.deep.equal(above);
      await undo({ url, folder });
      expect(await rowsIn(url), name).to.deep.equal(rows);
      if (COMPLETE_BEFORE.has(name)) {
        await migrate({ url });
        expect(await catalogOf(url), `from before ${name} to the newest`).to.deep.equal(newest);
        await undo({ url, to: name });
        expect(await rowsIn(url), `and back`).to.deep.equal(rows);
      }
      above = schema;
      rmSync(path.join(folder, name));
    }
  });

  it('run once when five processes start together on an empty database', async () => {
    const role = await applicationRole();
    const processes = Array.from({ length: 5 }, () =>
      runScript('faults/processes/migrate.ts', [database.ownerUrl, role]),
    );
    const outcomes = await Promise.all(processes.map(({ outcome }) => outcome));
    expect(outcomes.map(({ code, stderr }) => `${code}${stderr}`)).to.deep.equal(['0', '0', '0', '0', '0']);
    const applied = outcomes.map(({ stdout }) => (JSON.parse(stdout) as { applied: string[] }).applied);
    expect(applied.flat()).to.deep.equal(MIGRATIONS);
    const sequelize = openSequelize({ url: database.url, poolMax: 2 });
    expect(await schemaIsCurrent(sequelize)).to.equal(true);
    await sequelize.close();
  });

  it('change nothing when a run fails, is killed or loses its connection', async () => {
    const url = database.ownerUrl;
    /**
     * Three migrations of which the second fails. Each call needs its own folder, because Node loads a module only
     * once.
     */
    const steps = (name: string, second: string): string => {
      const steps = path.join(folder, name);
      mkdirSync(steps);
      writeFileSync(
        path.join(steps, '1.cjs'),
        step('CREATE TABLE first (id int); INSERT INTO first VALUES (1)'),
      );
      writeFileSync(path.join(steps, '2.cjs'), step(second));
      writeFileSync(path.join(steps, '3.cjs'), step('CREATE TABLE third (id int)'));
      return steps;
    };

    const failing = steps('failing', 'CREATE TABLE second (id int); SELECT 1 / 0');
    expect(await codeOf(migrate({ url, folder: failing }))).to.match(/2\.cjs.*division by zero/);
    expect(await tables()).to.deep.equal([]);

    const lost = steps('lost', 'SELECT pg_terminate_backend(pg_backend_pid())');
    expect(await codeOf(migrate({ url, folder: lost, patienceMs: 0 }))).to.match(/2\.cjs.*terminat/);
    expect(await tables()).to.deep.equal([]);

    const slow = runScript('faults/processes/migrate.ts', [
      url,
      'praxis_app',
      steps('slow', 'SELECT pg_sleep(30)'),
    ]);
    const client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    const sleeping = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND pid <> pg_backend_pid()`;
    const count = async () => (await client.query(sleeping)).rows.length;
    try {
      await eventually('the migration is under way', async () => (await count()) === 1);
      slow.child.kill('SIGKILL');
      await slow.outcome;
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await eventually('its connection is gone', async () => (await count()) === 0);
    } finally {
      await client.end();
    }
    expect(await tables()).to.deep.equal([]);
  });

  it('grant the application only SELECT and INSERT on append-only tables, and no write on views and migration tables', async function () {
    const role = await applicationRole();
    if (new URL(database.ownerUrl).username === role) this.skip(); // a server on which one role does both
    writeFileSync(
      path.join(folder, '1-tables.cjs'),
      step(
        `CREATE TABLE plain (id int);
         CREATE SEQUENCE counter;
         CREATE TABLE diary (id int);
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
         CREATE TRIGGER append_only BEFORE UPDATE ON diary FOR EACH ROW EXECUTE FUNCTION refuse();
         CREATE VIEW overview AS SELECT * FROM plain;
         CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
         REVOKE EXECUTE ON FUNCTION one, refuse FROM PUBLIC;`,
        `DROP VIEW overview; DROP TABLE diary, plain; DROP FUNCTION refuse, one; DROP SEQUENCE counter`,
      ),
    );
    await migrate({ url: database.ownerUrl, applicationRole: role, folder });
    const refused: string[] = [];
    for (const statement of [
      'INSERT INTO plain VALUES (1)',
      'UPDATE plain SET id = 2',
      'DELETE FROM plain',
      "SELECT nextval('counter')",
      'INSERT INTO diary VALUES (1)',
      'SELECT * FROM diary',
      'SELECT * FROM overview',
      'SELECT * FROM "SequelizeMeta"',
      'SELECT one()',
      'UPDATE diary SET id = 2',
      'DELETE FROM diary',
      'TRUNCATE plain',
      'INSERT INTO overview VALUES (1)',
      'DELETE FROM "SequelizeMeta"',
      'DROP TABLE plain',
      'CREATE TABLE mine (id int)',
    ])
      if ((await codeOf(execute(database.url, statement))) === '42501') refused.push(statement);
    expect(refused).to.deep.equal([
      'UPDATE diary SET id = 2',
      'DELETE FROM diary',
      'TRUNCATE plain',
      'INSERT INTO overview VALUES (1)',
      'DELETE FROM "SequelizeMeta"',
      'DROP TABLE plain',
      'CREATE TABLE mine (id int)',
    ]);
    await execute(database.ownerUrl, `REVOKE INSERT ON plain FROM ${role}`);
    expect((await migrate({ url: database.ownerUrl, applicationRole: role, folder })).applied).to.deep.equal(
      [],
    );
    expect(await codeOf(execute(database.url, 'INSERT INTO plain VALUES (1)'))).to.equal('none');
  });
});
