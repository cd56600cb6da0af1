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

/** The same on every platform: code point order, and upper and lower case of all of Unicode. */
const LOCALE = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--lc-collate=C',
  '--lc-messages=C',
];
/** pg_trgm takes letters beyond ASCII for letters only under a character type that knows them; not every system has one. */
const CHARACTER_TYPES = ['--lc-ctype=C.UTF-8', '--lc-ctype=C'];

/** Runs before anybody can connect: roles and their rights exist from the first moment on. */
const rolesAndDatabase = (credentials: Credentials): string[] => [
  `CREATE ROLE ${OWNER} LOGIN PASSWORD '${credentials[OWNER]}'`,
  `CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${credentials[APPLICATION]}'`,
  `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
];

/**
 * What the owner will create, the application may use, so that tables which sequelize-cli has made beside a running
 * application are usable at once; append-only tables are narrowed further after each migration (`grants.ts`) and
 * refuse by their trigger until then.
 */
const RIGHTS = [
  `REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`,
  `GRANT CONNECT, TEMPORARY ON DATABASE ${DATABASE} TO ${APPLICATION}`,
  `REVOKE ALL ON SCHEMA public FROM PUBLIC`,
  `GRANT USAGE ON SCHEMA public TO ${APPLICATION}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${APPLICATION}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${APPLICATION}`,
];

/** What works on a data directory while no server runs there. */
type Workshop = Readonly<{ binaries: Binaries; identity: Identity; data: string }>;

async function run(workshop: Workshop, program: string, args: readonly string[], input = ''): Promise<void> {
  const { identity, data } = workshop;
  const process = startGuarded({ program, arguments: args, identity, folder: data, input });
  const status = await process.ended;
  if (status !== 0) throw startFailure(data, path.basename(program), process.tail());
}

const dataOption = ({ data, identity }: Workshop): string[] => ['-D', nameOf(data, identity)];

const QUIET = ['-c', 'exit_on_error=on', '-c', 'fsync=off', '-c', 'log_checkpoints=off'];

/** PostgreSQL without a network: one process reads statements from its input, each ended by an empty line (`-j`). */
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
 * Removes a draft, or leaves it for the next call: an initdb whose starter was killed may still be writing into it for a
 * moment.
 */
function remove(draft: string): void {
  try {
    rmSync(draft, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EBUSY')) throw error;
  }
}

/** Removes what a creation that was killed has left: nobody uses it, and its maker is gone. */
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
 * Makes a cluster with its roles and its database beside its place and moves it there by one rename: a creation that
 * is killed leaves no half of one, and of two at once the first wins.
 * @param durable false for tests: saves the time that writing through to the disk takes
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
  removeDrafts(folder); // what was still written to at the beginning: the writer has ended by now
}

/** @throws Error when another major version of PostgreSQL made the cluster: its files cannot be read */
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
