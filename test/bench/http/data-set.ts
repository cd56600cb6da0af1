import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { makeAccessTokens } from '../../../src/identity/infrastructure/access-tokens.js';
import { makeSecrets } from '../../../src/platform/config/secrets.js';
import { migrate } from '../../../src/platform/database/migrator.js';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPostmaster } from '../../../src/platform/embedded-postgres/postmaster.js';
import { systemClock } from '../../../src/platform/telemetry/clock.js';
import { writeLeanData } from '../contestants/lean-schema.js';
import { settle, sizesAt, STAFF, writeData, type Sizes } from './data.js';
import { idOf } from './ids.js';
import { options, say } from './options.js';
import type { World } from './workloads.js';

export const AUTH_SECRET = 'a secret for the benchmark and for nothing else, 48 b';

/** One database of the server, with the addresses of its roles. */
export type DatabaseUrls = Readonly<{ applicationUrl: string; ownerUrl: string; superuserUrl: string }>;

/** A PostgreSQL of its own with one database per schema: `praxis`, `lean`, and those of other builds. */
export type DataSet = Readonly<{
  home: string;
  sizes: Sizes;
  postmasterPid: number;
  praxis: DatabaseUrls;
  /** The same rows on the schema of the contestants. */
  lean(): Promise<DatabaseUrls>;
  /** The same rows on the schema of another build of Praxis, whose CLI is `bin`. */
  ofBuild(bin: string): Promise<DatabaseUrls>;
  stop(): Promise<void>;
}>;

function inDatabase(urls: DatabaseUrls, name: string): DatabaseUrls {
  const elsewhere = (url: string): string => {
    const changed = new URL(url);
    changed.pathname = `/${name}`;
    return changed.href;
  };
  return {
    applicationUrl: elsewhere(urls.applicationUrl),
    ownerUrl: elsewhere(urls.ownerUrl),
    superuserUrl: elsewhere(urls.superuserUrl),
  };
}

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The data set at `scale`, written by the first run and kept for the next. */
export async function openDataSet(scale: number): Promise<DataSet> {
  const home = path.join(options.home, `scale-${scale}`);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const postgres = await startEmbeddedPostgres({ home: path.join(home, 'var') });
  const sizes = sizesAt(scale);
  const role = new URL(postgres.applicationUrl).username;
  const owner = new URL(postgres.ownerUrl).username;

  const presentFile = path.join(home, 'present');
  if (!existsSync(presentFile)) writeFileSync(presentFile, new Date().toISOString());
  const present = new Date(readFileSync(presentFile, 'utf8'));

  /** Writes a database unless an earlier run has; the mark is a file. */
  async function once(name: string, urls: DatabaseUrls, write: () => Promise<void>): Promise<DatabaseUrls> {
    const mark = path.join(home, `written-${name}`);
    if (existsSync(mark)) await settle(urls.superuserUrl);
    else {
      say(`writing the data set ${name} into ${home}`);
      await write();
      writeFileSync(mark, '');
    }
    return urls;
  }

  async function createDatabase(name: string): Promise<DatabaseUrls> {
    await execute(
      postgres.superuserUrl,
      `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
      `CREATE DATABASE ${name} OWNER ${owner}`,
    );
    return inDatabase(postgres, name);
  }

  await migrate({ url: postgres.ownerUrl, applicationRole: role });
  const praxis = await once('praxis', postgres, () => writeData(postgres, sizes, say, present));

  const postmaster = readPostmaster(path.join(home, 'var', 'postgres', 'data'));
  if (postmaster === null) throw new Error('the server has no process');
  return {
    home,
    sizes,
    postmasterPid: postmaster.pid,
    praxis,
    lean: () =>
      once('lean', inDatabase(postgres, 'lean'), async () => {
        const urls = await createDatabase('lean');
        await writeLeanData(urls.superuserUrl, sizes, present);
        await execute(
          urls.superuserUrl,
          `GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role}`,
          `GRANT USAGE ON SCHEMA public TO ${role}`,
        );
      }),
    ofBuild: (bin) =>
      once('other', inDatabase(postgres, 'other'), async () => {
        const urls = await createDatabase('other');
        execFileSync(process.execPath, [bin, 'migrate'], {
          cwd: home,
          stdio: ['ignore', 'ignore', 'inherit'],
          env: {
            PATH: process.env['PATH'],
            DATABASE_URL: urls.applicationUrl,
            DATABASE_MIGRATION_URL: urls.ownerUrl,
            AUTH_SECRET,
          },
        });
        await writeData(urls, sizes, say, present);
      }),
    stop: () => postgres.stop(),
  };
}

/** Midnight (UTC) of the first day that nobody has booked yet. */
export async function firstFreeDay(url: string): Promise<Date> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ day: Date }>(
      `SELECT date_trunc('day', greatest(max(starts_at), now()) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '2 days' AS day
       FROM appointments`,
    );
    return rows[0]!.day;
  } finally {
    await client.end();
  }
}

/** Access tokens of the users 1 to `count`, each of whom has a session in the data set. They expire after 15 minutes. */
export async function mintTokens(count: number): Promise<(n: number) => string> {
  const tokens = makeAccessTokens({ secrets: makeSecrets(AUTH_SECRET), clock: systemClock });
  const minted = new Map<number, string>();
  for (let n = 1; n <= count; n += 1)
    minted.set(n, await tokens.mint({ userId: idOf('user', n), sessionId: idOf('session', n) }));
  return (n) => minted.get(n)!;
}

const run = Date.now().toString(36);

/** The days that the gate may book in a database before the workloads. */
const GATE_DAYS = 20;

/** What the requests on one database are made of. */
export async function worldOf(data: DataSet, { superuserUrl }: DatabaseUrls): Promise<World> {
  const free = await firstFreeDay(superuserUrl);
  const tokenOf = await mintTokens(STAFF);
  return { sizes: data.sizes, tokenOf, run, freeFrom: new Date(free.getTime() + GATE_DAYS * 86_400_000) };
}
