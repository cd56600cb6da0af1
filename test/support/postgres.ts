import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeClient } from '../../src/platform/database/client.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrator.js';

/** A database of its own for one test file, migrated unless asked for empty. */
export type TestDatabase = Readonly<{
  name: string;
  /** The application's role, which owns nothing. On an external server without CREATEROLE it is the owner. */
  url: string;
  ownerUrl: string;
  superuserUrl: string;
  /** Ends all connections first. */
  drop(): Promise<void>;
}>;

/** The server that all tests of this process share. A null template stands for PostgreSQL's default. */
type TestServer = Readonly<{
  superuserUrl(database: string): string;
  ownerUrl(database: string): string;
  applicationUrl(database: string): string;
  applicationRole: string;
  owner: string;
  bare: string | null;
  migrated: string;
  stop(): Promise<void>;
}>;

const at = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};

const token = (): string => randomBytes(6).toString('hex');

/** Runs statements on a connection of their own. */
export async function execute(url: string, ...statements: string[]): Promise<void> {
  const client = makeClient(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const createDatabase = (
  server: Omit<TestServer, 'stop'>,
  name: string,
  template: string | null,
): Promise<void> =>
  execute(
    server.superuserUrl('postgres'),
    `CREATE DATABASE "${name}" OWNER "${server.owner}"${template === null ? '' : ` TEMPLATE "${template}"`}`,
  );

async function withTemplate(server: TestServer): Promise<TestServer> {
  await createDatabase(server, server.migrated, server.bare);
  await migrate({ url: server.ownerUrl(server.migrated), applicationRole: server.applicationRole });
  return server;
}

async function startOwnServer(): Promise<TestServer> {
  const home = mkdtempSync(path.join(tmpdir(), 'praxis-test-'));
  const remove = () => {
    rmSync(home, { recursive: true, force: true });
  };
  // A run that ends before the teardown must remove its folder too.
  process.once('exit', remove);
  const embedded = await startEmbeddedPostgres({ home, durable: false });
  const stopNow = () => {
    embedded.stopNow();
  };
  process.prependOnceListener('exit', stopNow);
  return withTemplate({
    superuserUrl: (database) => at(embedded.superuserUrl, database),
    ownerUrl: (database) => at(embedded.ownerUrl, database),
    applicationUrl: (database) => at(embedded.applicationUrl, database),
    applicationRole: new URL(embedded.applicationUrl).username,
    owner: new URL(embedded.ownerUrl).username,
    bare: 'praxis',
    migrated: 'praxis_template',
    async stop() {
      process.off('exit', stopNow);
      await embedded.stop();
      remove();
    },
  });
}

async function useServer(url: string): Promise<TestServer> {
  const owner = decodeURIComponent(new URL(url).username);
  const role = `praxis_test_${token()}`;
  const password = token();
  const separate = await execute(
    at(url, 'postgres'),
    `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
  ).then(
    () => true,
    () => false,
  );
  const applicationUrl = new URL(url);
  if (separate) {
    applicationUrl.username = role;
    applicationUrl.password = password;
  }
  const migrated = `praxis_template_${token()}`;
  return withTemplate({
    superuserUrl: (database) => at(url, database),
    ownerUrl: (database) => at(url, database),
    applicationUrl: (database) => at(applicationUrl.href, database),
    applicationRole: separate ? role : owner,
    owner,
    bare: null,
    migrated,
    stop: () =>
      execute(
        at(url, 'postgres'),
        `DROP DATABASE IF EXISTS ${migrated} WITH (FORCE)`,
        ...(separate ? [`DROP ROLE ${role}`] : []),
      ),
  });
}

/**
 * Stored on the process and not in this module, because mocha's `--require` and the import of a test may load the
 * module twice.
 */
const shared = globalThis as { praxisTestServer?: Promise<TestServer> };

/**
 * TEST_DATABASE_URL, whose role must be allowed to create databases, or an embedded server that the first test to ask
 * for it starts.
 */
function testServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'] ?? '';
  shared.praxisTestServer ??= given === '' ? startOwnServer() : useServer(given);
  return shared.praxisTestServer;
}

/**
 * Makes a copy of the migrated database (or one without any table) in some tens of milliseconds.
 * Call it in `before` and `drop()` it in `after`.
 */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = await testServer();
  const name = `praxis_test_${token()}`;
  await createDatabase(server, name, empty ? server.bare : server.migrated);
  return {
    name,
    url: server.applicationUrl(name),
    ownerUrl: server.ownerUrl(name),
    superuserUrl: server.superuserUrl(name),
    drop: () => execute(server.superuserUrl('postgres'), `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

/** The role that `TestDatabase.url` signs in with. */
export const applicationRole = async (): Promise<string> => (await testServer()).applicationRole;

export { mochaGlobalTeardown } from './stop-postgres.js';
