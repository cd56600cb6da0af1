import path from 'node:path';
import { NO_LIMITS } from '../../support/no-limits.js';
import { AUTH_SECRET, type DatabaseUrls, type DataSet } from './data-set.js';
import { options } from './options.js';
import { start, type Measured } from './processes.js';
import type { Call, Workload } from './workloads.js';

const REPOSITORY = path.join(import.meta.dirname, '..', '..', '..');
const CONTESTANTS = path.join(import.meta.dirname, '..', 'contestants');
export const BIN = path.join(REPOSITORY, 'dist', 'cli.js');
export const POOL_MAX = 10;

/** A server that is measured, and the requests that it gets. */
export type Subject = Readonly<{
  name: string;
  server: Measured;
  database: DatabaseUrls;
  /** Makes the requests of a workload; undefined where this server does not have it. */
  callsOf(workload: string): ((n: number) => Call) | undefined;
}>;

export type PraxisOptions = Readonly<{
  name?: string;
  bin?: string;
  env?: Readonly<Record<string, string>>;
  nodeOptions?: readonly string[];
}>;

/**
 * Praxis as an owner would run it: sign-in, validation, rate limits, metrics and logs on. Subjects on one database share
 * `workloads`, so that no two of them book the same time.
 */
export async function startPraxis(
  data: DataSet,
  database: DatabaseUrls,
  workloads: readonly Workload[],
  { name = 'Praxis', bin = BIN, env = {}, nodeOptions = [] }: PraxisOptions = {},
): Promise<Subject> {
  const file = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const server = await start([...nodeOptions, bin, 'serve'], {
    cwd: data.home,
    logFile: path.join(data.home, `${file}.log`),
    env: {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://praxis.example',
      PORT: '0',
      DATABASE_URL: database.applicationUrl,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      DATABASE_POOL_MAX: String(POOL_MAX),
      AUTH_SECRET,
      PRAXIS_HOME: path.join(data.home, 'var'),
      PRAXIS_DEMO: 'off',
      PAYMENT_GATEWAY: 'desk',
      RATE_LIMIT: 'on',
      ...NO_LIMITS,
      TRUST_PROXY: 'on',
      JOBS: 'off',
      ...env,
    },
  });
  return {
    name,
    server,
    database,
    callsOf: (workload) => workloads.find((each) => each.name === workload)?.praxis,
  };
}

/** A server of test/bench/contestants. */
export async function startContestant(
  data: DataSet,
  database: DatabaseUrls,
  workloads: readonly Workload[],
  name: string,
): Promise<Subject> {
  const server = await start(['--import', 'tsx', path.join(CONTESTANTS, `${name}.ts`)], {
    cwd: REPOSITORY,
    logFile: path.join(data.home, `${name}.log`),
    env: { DATABASE_URL: database.applicationUrl, POOL_MAX: String(POOL_MAX), NODE_ENV: 'production' },
  });
  return {
    name,
    server,
    database,
    callsOf: (workload) => workloads.find((each) => each.name === workload)?.plain ?? undefined,
  };
}

/** Flags of node that write a CPU profile when the server ends, where they are asked for. */
export const profiling = (data: DataSet): readonly string[] =>
  options.cpuprof ? ['--cpu-prof', `--cpu-prof-dir=${path.join(data.home, 'profiles')}`] : [];
