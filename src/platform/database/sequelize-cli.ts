import path from 'node:path';
import type pg from 'pg';
import type { Options } from 'sequelize';
import { ConfigurationError } from '../config/configuration-error.js';
import { readDotEnv, readSettings } from '../config/environment.js';
import { clientModuleFor, makeClient } from './client.js';
import { openDatabaseUrls, type DatabaseUrls } from './database-urls.js';
import { finishedQuery } from './driver-internals.js';
import { grantApplicationRights } from './grants.js';
import { SCHEMA_LOCK } from './migration-session.js';
import { status } from './migrator.js';
import { OLDEST_SERVER } from './sequelize.js';
import { prepareSession } from './session.js';

/** The options of sequelize-cli itself, in addition to those of Sequelize. */
type CliOptions = Options & { seederStorage: 'sequelize'; databaseVersion: string };

/** Retries, because the process that owns the embedded server may be exiting while another one takes over. */
const RETRY = {
  max: 10,
  backoffBase: 100,
  backoffExponent: 1.3,
  match: [/ECONNREFUSED/, /connect ENOENT/, /the database system is/],
};

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Ends the process for `db:create` and `db:drop`, because the embedded server manages its one database itself. */
function refuseWithEmbedded(command: string, home: string): void {
  if (command === 'db:create') {
    process.stdout.write('The embedded PostgreSQL comes with its database: nothing to create.\n');
    process.exit(0);
  }
  if (command === 'db:drop')
    fail(
      'The embedded PostgreSQL is one with its database, which cannot be dropped. To begin anew, stop Praxis and ' +
        `remove ${path.join(home, 'postgres')}; to drop a database on a server of your own, set DATABASE_URL.`,
    );
}

/** Throws on unknown migrations, because sequelize-cli would skip them and revert an older one. */
async function refuseNewerSchema(url: string): Promise<void> {
  const unknown = (await status({ url })).filter(({ state }) => state === 'unknown');
  if (unknown.length > 0)
    throw new Error(
      `The schema is newer than this build, which does not know ${unknown.map(({ name }) => name).join(', ')}; ` +
        'run the version that made it, or a newer one.',
    );
}

/** Reads only the database variables, because a migration needs no AUTH_SECRET. */
function readTarget(cwd: string): { url: string | null; migrationUrl: string | null; home: string } {
  const wanted = ['DATABASE_URL', 'DATABASE_MIGRATION_URL', 'PRAXIS_HOME'];
  const { values, faults } = readSettings(wanted, [process.env, readDotEnv(cwd)], cwd);
  if (faults.length > 0) throw new ConfigurationError(faults);
  for (const name of ['DATABASE_URL', 'DATABASE_MIGRATION_URL'])
    if (!URL.canParse(values.get(name) ?? 'postgres://localhost'))
      throw new Error(`${name} is not a PostgreSQL address; set postgres://USER:PASSWORD@HOST:PORT/DATABASE`);
  const migrationUrl = values.get('DATABASE_MIGRATION_URL') ?? null;
  return {
    url: values.get('DATABASE_URL') ?? migrationUrl,
    migrationUrl,
    home: path.resolve(cwd, values.get('PRAXIS_HOME') ?? 'var'),
  };
}

function optionsFor({ migrationUrl, applicationRole }: DatabaseUrls): CliOptions {
  // sequelize-cli does not decode URLs and ignores sslmode, so pg parses the URL as it does in the application.
  const { user, password, host, port, database, ssl } = makeClient(migrationUrl);
  return {
    dialect: 'postgres',
    dialectModule: clientModuleFor(migrationUrl),
    ...(user === undefined ? {} : { username: user }),
    ...(typeof password === 'string' ? { password } : {}),
    ...(database === undefined ? {} : { database }),
    host,
    port,
    dialectOptions: { ssl, application_name: 'sequelize-cli', connectionTimeoutMillis: 5_000 },
    timezone: '+00:00',
    databaseVersion: OLDEST_SERVER,
    seederStorage: 'sequelize',
    pool: { max: 1, idle: 600_000, evict: 600_000, acquire: 600_000 },
    retry: RETRY,
    hooks: {
      // The lock prevents an application that starts now from migrating concurrently.
      async afterConnect(connection) {
        const client = connection as pg.Client;
        await prepareSession(client);
        await client.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
      },
      // Runs after each recorded migration, so that the application gets rights on new tables.
      async afterQuery(_options, query) {
        const { sql, connection } = finishedQuery(query);
        if (!sql.startsWith('INSERT INTO "SequelizeMeta"')) return;
        await grantApplicationRights(
          async (text, values) => (await connection.query<object>(text, values?.slice())).rows,
          applicationRole,
        );
      },
    },
  };
}

/**
 * The configuration of `npx sequelize-cli`: DATABASE_MIGRATION_URL, or DATABASE_URL, or the embedded server of PRAXIS_HOME.
 * This process starts the embedded server or attaches to it, and stops it before it exits if it started it.
 */
export async function sequelizeCliConfig(): Promise<CliOptions | Pick<CliOptions, 'dialect'>> {
  const command = process.argv.find((argument) => argument.startsWith('db:'));
  // Commands that only write files load this configuration too and need no database.
  if (command === undefined) return { dialect: 'postgres' };
  try {
    const { home, ...database } = readTarget(process.cwd());
    if (database.url === null) refuseWithEmbedded(command, home);
    const connections = await openDatabaseUrls({ database, home });
    // sequelize-cli ends with process.exit, which leaves no later moment to stop the server.
    process.once('exit', () => connections.embedded?.stopNow());
    if (/^db:migrate(?!:status)/.test(command)) await refuseNewerSchema(connections.migrationUrl);
    return optionsFor(connections);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
