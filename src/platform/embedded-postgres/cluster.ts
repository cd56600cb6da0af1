import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { hasCode } from '../error-code.js';
import type { Binaries } from './binaries.js';
import {
  APPLICATION,
  DATABASE,
  makeCredentials,
  OWNER,
  SUPERUSER,
  writeSecretFile,
  type Credentials,
} from './credentials.js';
import type { ClusterFolder } from './folder.js';
import { startGuarded } from './guarded-process.js';
import { nameOf, type Identity } from './identity.js';
import { isAlive } from './processes.js';
import { startFailure } from './start-failure.js';

/** A locale that is the same on every platform: code point order with Unicode case mapping. */
const LOCALE = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--lc-collate=C',
  '--lc-messages=C',
];
/** pg_trgm recognises letters beyond ASCII only with a UTF-8 character type, which not every system has. */
const CHARACTER_TYPES = ['--lc-ctype=C.UTF-8', '--lc-ctype=C'];

/** Runs before clients can connect, so that roles and their rights always exist. */
const rolesAndDatabase = (credentials: Credentials): string[] => [
  `CREATE ROLE ${OWNER} LOGIN PASSWORD '${credentials[OWNER]}'`,
  `CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${credentials[APPLICATION]}'`,
  `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
];

/**
 * The application may use everything that the owner creates later, so that tables of sequelize-cli are usable at once by a
 * running application. After each migration, `grants.ts` revokes rights on append-only tables; a trigger protects them
 * until then.
 */
const RIGHTS = [
  `REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`,
  `GRANT CONNECT, TEMPORARY ON DATABASE ${DATABASE} TO ${APPLICATION}`,
  `REVOKE ALL ON SCHEMA public FROM PUBLIC`,
  `GRANT USAGE ON SCHEMA public TO ${APPLICATION}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${APPLICATION}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${APPLICATION}`,
];

/** What a program of PostgreSQL needs to work on a data directory that no server uses. */
type Workshop = Readonly<{ binaries: Binaries; identity: Identity; data: string }>;

async function run(workshop: Workshop, program: string, args: readonly string[], input = ''): Promise<void> {
  const { identity, data } = workshop;
  const process = startGuarded({ program, arguments: args, identity, folder: data, input });
  const status = await process.ended;
  if (status !== 0) throw startFailure(data, path.basename(program), process.tail());
}

const dataOption = ({ data, identity }: Workshop): string[] => ['-D', nameOf(data, identity)];

const QUIET = ['-c', 'exit_on_error=on', '-c', 'fsync=off', '-c', 'log_checkpoints=off'];

/** PostgreSQL in single-user mode: it reads statements from standard input, each ended by an empty line (`-j`). */
function runStatements(workshop: Workshop, database: string, statements: readonly string[]): Promise<void> {
  const options = ['--single', '-j', ...dataOption(workshop), ...QUIET, database];
  const input = statements.map((statement) => `${statement};\n\n`).join('');
  return run(workshop, workshop.binaries.postgres, options, input);
}

async function initialise(workshop: Workshop, passwordFile: string): Promise<void> {
  const security = ['-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const options = [...dataOption(workshop), ...security, ...LOCALE, '--no-sync'];
  const failures: unknown[] = [];
  for (const characterType of CHARACTER_TYPES) {
    try {
      await run(workshop, workshop.binaries.initdb, [...options, characterType]);
      return;
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/**
 * Deletes a draft, or leaves it for the next call when the initdb of a killed process still writes into it.
 */
function remove(draft: string): void {
  try {
    rmSync(draft, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EBUSY')) throw error;
  }
}

/** Deletes the drafts of killed processes. */
function removeDrafts(folder: ClusterFolder): void {
  const prefix = `${path.basename(folder.root)}.new-`;
  for (const entry of readdirSync(folder.parent)) {
    if (!entry.startsWith(prefix)) continue;
    const maker = Number.parseInt(entry.slice(prefix.length), 10);
    if (!Number.isInteger(maker) || !isAlive(maker)) remove(path.join(folder.parent, entry));
  }
}

export const clusterExists = (folder: ClusterFolder): boolean => existsSync(folder.root);

/**
 * Creates a cluster with its roles and its database as a draft and publishes it by one rename: a killed creation leaves no
 * incomplete cluster, and of two concurrent ones the first wins.
 * @param durable false for tests: does not sync to disk
 */
export async function createCluster(
  folder: ClusterFolder,
  binaries: Binaries,
  identity: Identity,
  durable: boolean,
): Promise<void> {
  removeDrafts(folder);
  const draft = `${folder.root}.new-${process.pid}-${randomBytes(6).toString('hex')}`;
  const data = path.join(draft, path.basename(folder.data));
  const passwordFile = path.join(draft, 'password');
  const credentials = makeCredentials();
  const workshop: Workshop = { binaries, identity, data };
  try {
    mkdirSync(draft);
    chmodSync(draft, 0o711); // whatever the umask
    mkdirSync(data, { mode: 0o700 });
    writeSecretFile(passwordFile, credentials[SUPERUSER]);
    if (identity !== null)
      for (const file of [data, passwordFile]) chownSync(file, identity.uid, identity.gid);
    await initialise(workshop, path.relative(data, passwordFile));
    rmSync(passwordFile);
    await runStatements(workshop, 'postgres', rolesAndDatabase(credentials));
    await runStatements(workshop, DATABASE, RIGHTS);
    if (durable) await run(workshop, binaries.initdb, [...dataOption(workshop), '--sync-only']);
    writeSecretFile(
      path.join(draft, path.basename(folder.credentials)),
      `${JSON.stringify(credentials, null, 2)}\n`,
    );
    renameSync(draft, folder.root);
  } catch (error) {
    remove(draft);
    if (!clusterExists(folder)) throw error; // otherwise another process was quicker
  }
  removeDrafts(folder); // drafts that were still written to before
}

/** @throws Error when another major version of PostgreSQL created the cluster, whose files this one cannot read */
export function assertReadable(folder: ClusterFolder, binaries: Binaries): void {
  const file = path.join(folder.data, 'PG_VERSION');
  let made: string;
  try {
    made = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${folder.data} cannot be read as a PostgreSQL cluster by this user.`, { cause: error });
  }
  if (made !== String(binaries.major))
    throw new Error(
      `${folder.data} was made by PostgreSQL ${made}, and the embedded one is ${binaries.major}. ` +
        'Move the data with pg_upgrade, or set PRAXIS_HOME to a new folder.',
    );
}
