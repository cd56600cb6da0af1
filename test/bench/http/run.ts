import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeAccessTokens } from '../../../src/identity/infrastructure/access-tokens.js';
import { ROUTES } from '../../../src/contexts.js';
import { makeSecrets } from '../../../src/platform/config/secrets.js';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPostmaster } from '../../../src/platform/embedded-postgres/postmaster.js';
import { migrate } from '../../../src/platform/database/migrator.js';
import { systemClock } from '../../../src/platform/telemetry/clock.js';
import { settle, sizesAt, STAFF, writeData } from './data.js';
import { driverLoop } from './driver-loop.js';
import { idOf } from './ids.js';
import { load, type Round } from './load.js';
import { cpuBetween, cpuOf, residentMiB, start, type Measured } from './processes.js';
import { NO_LIMITS } from '../../support/no-limits.js';
import { addressOf, pairOf, workloadsOn, type Workload } from './workloads.js';

const HELP = `npm run bench -- [options]

Measures the built server (npm run build) against one written by hand on node:http and pg, on the same database and the
same rows, by turns. Writes a table to standard output, and to --out.

  --quick            short rounds, to see whether everything runs
  --only NAME,…      some workloads: product, orders, posts, booking, order, cash, overload, workers, growth
  --rounds N         3
  --seconds N        of a round: 6
  --connections N    16
  --scale N          1; 10 makes ten times as many rows
  --home FOLDER      where the data is kept for the next run
  --out FILE         the table, as Markdown`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '16' },
    scale: { type: 'string', default: '1' },
    home: { type: 'string', default: path.join(tmpdir(), 'praxis-bench') },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
    cpuprof: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const seconds = Number(options.seconds ?? (options.quick ? 2 : 6));
const connections = Number(options.connections);
const scale = Number(options.scale);
const POOL_MAX = 10;
const WARM_UP_SECONDS = options.quick ? 1 : 10;
const AUTH_SECRET = 'a secret for the benchmark and for nothing else, 48 b';
const REPOSITORY = path.join(import.meta.dirname, '..', '..', '..');
const BIN = path.join(REPOSITORY, 'dist', 'cli.js');

const say = (line: string): void => console.error(line);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const wanted = (name: string): boolean => options.only?.split(',').includes(name) ?? true;

/** The database with its rows, made on the first run and kept for the next. */
async function openData(scale: number) {
  const home = path.join(options.home, `scale-${scale}`);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const postgres = await startEmbeddedPostgres({ home: path.join(home, 'var') });
  const sizes = sizesAt(scale);
  await migrate({ url: postgres.ownerUrl, applicationRole: new URL(postgres.applicationUrl).username });
  const written = path.join(home, 'written');
  if (!existsSync(written)) {
    say(`writing the data set into ${home}`);
    await writeData(postgres, sizes, say);
    writeFileSync(written, new Date().toISOString());
  } else await settle(postgres.superuserUrl);
  const postmaster = readPostmaster(path.join(home, 'var', 'postgres', 'data'));
  if (postmaster === null) throw new Error('the server has no process');
  return { home, postgres, sizes, postmasterPid: postmaster.pid };
}

type Data = Awaited<ReturnType<typeof openData>>;

const startOurs = (
  { home, postgres }: Data,
  more: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<Measured> =>
  start([...nodeOptions, BIN, 'serve'], {
    cwd: home,
    logFile: path.join(home, 'ours.log'),
    env: {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://praxis.example',
      PORT: '0',
      DATABASE_URL: postgres.applicationUrl,
      DATABASE_MIGRATION_URL: postgres.ownerUrl,
      DATABASE_POOL_MAX: String(POOL_MAX),
      AUTH_SECRET,
      PRAXIS_HOME: path.join(home, 'var'),
      PRAXIS_DEMO: 'off',
      PAYMENT_GATEWAY: 'desk',
      RATE_LIMIT: 'on',
      ...NO_LIMITS,
      TRUST_PROXY: 'on',
      JOBS: 'off',
      ...more,
    },
  });

const startBare = ({ home, postgres }: Data): Promise<Measured> =>
  start(['--import', 'tsx', path.join(import.meta.dirname, 'bare-server.ts')], {
    cwd: REPOSITORY,
    logFile: path.join(home, 'bare.log'),
    env: { DATABASE_URL: postgres.applicationUrl, POOL_MAX: String(POOL_MAX), NODE_ENV: 'production' },
  });

async function firstFreeDay({ postgres }: Data): Promise<Date> {
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ day: Date }>(
    `SELECT date_trunc('day', greatest(max(starts_at), now()) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '2 days' AS day
     FROM appointments`,
  );
  await client.end();
  return rows[0]!.day;
}

async function mintTokens(count: number): Promise<ReadonlyMap<number, string>> {
  const tokens = makeAccessTokens({ secrets: makeSecrets(AUTH_SECRET), clock: systemClock });
  const minted = new Map<number, string>();
  for (let n = 1; n <= count; n += 1)
    minted.set(n, await tokens.mint({ userId: idOf('user', n), sessionId: idOf('session', n) }));
  return minted;
}

type Side = Readonly<{ rounds: Round[]; nodeUs: number[]; postgresUs: number[] }>;
const newSide = (): Side => ({ rounds: [], nodeUs: [], postgresUs: [] });

async function measure(
  side: Side,
  { server, data }: Readonly<{ server: Measured; data: Data }>,
  run: () => Promise<Round>,
): Promise<void> {
  const before = { node: cpuOf(server.pid), postgres: cpuOf(data.postmasterPid) };
  const round = await run();
  side.rounds.push(round);
  side.nodeUs.push(cpuBetween(before.node, cpuOf(server.pid)) / round.answers);
  side.postgresUs.push(cpuBetween(before.postgres, cpuOf(data.postmasterPid)) / round.answers);
}

const rateOf = (side: Side): number => median(side.rounds.map(({ rate }) => rate));
const whole = (value: number): string => Math.round(value).toLocaleString('en');

function complain(what: string, { rounds: of }: Side): void {
  for (const { refused, broken } of of)
    if (refused.size > 0 || broken > 0)
      throw new Error(`${what}: refused ${JSON.stringify([...refused])}, broken ${broken}`);
}

const HEADER = [
  '| workload | ours /s | bare /s | ratio | asked | p99 ms (ours, bare) | node µs (ours, bare) | Postgres µs (ours, bare) |',
  '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];

async function compare(
  workload: Workload,
  data: Data,
  servers: Readonly<{ ours: Measured; bare: Measured }>,
): Promise<string> {
  const { name, what, method, goal } = workload;
  const ours = newSide();
  const bare = newSide();
  const loops: number[] = [];
  const { sizes } = data;
  const oursOnce = (forSeconds: number) => () =>
    load({ url: servers.ours.url, method, call: workload.ours }, { connections, seconds: forSeconds });
  const bareOnce = async (forSeconds: number): Promise<void> => {
    const { bare: call } = workload;
    if (call === null) {
      loops.push(
        await driverLoop(data.postgres.applicationUrl, {
          workers: POOL_MAX,
          seconds: forSeconds,
          pairOf: (n) => pairOf(n, sizes),
          by: idOf('user', STAFF),
        }),
      );
      return;
    }
    const run = () => load({ url: servers.bare.url, method, call }, { connections, seconds: forSeconds });
    await measure(bare, { server: servers.bare, data }, run);
  };
  await bareOnce(WARM_UP_SECONDS);
  await oursOnce(WARM_UP_SECONDS)();
  loops.length = 0;
  for (const list of [bare.rounds, bare.nodeUs, bare.postgresUs]) list.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    await bareOnce(seconds);
    await measure(ours, { server: servers.ours, data }, oursOnce(seconds));
  }
  complain(`ours, ${name}`, ours);
  complain(`bare, ${name}`, bare);
  const reference = workload.bare === null ? median(loops) : rateOf(bare);
  const both = (of: (side: Side) => number): string =>
    workload.bare === null ? `${whole(of(ours))}, –` : `${whole(of(ours))}, ${whole(of(bare))}`;
  const row = [
    `${what} (\`${name}\`)`,
    whole(rateOf(ours)),
    whole(reference),
    `**${(rateOf(ours) / reference).toFixed(2)}**`,
    `≥ ${goal.toFixed(2)}`,
    both((side) => median(side.rounds.map(({ p99Ms }) => p99Ms))),
    both((side) => median(side.nodeUs)),
    both((side) => median(side.postgresUs)),
  ];
  const line = `| ${row.join(' | ')} |`;
  say(line);
  return line;
}

/** Four times the connections: what is refused is refused politely, and afterwards everything is as before. */
async function overload(workload: Workload, server: Measured): Promise<string> {
  const target = { url: server.url, method: workload.method, call: workload.ours };
  const calm = async () => (await load(target, { connections, seconds })).rate;
  await calm();
  const before = await calm();
  const during = await load(target, { connections: 4 * connections, seconds, polite: true });
  const after = await calm();
  const refused = [...during.refused].map(([status, times]) => `${times} × ${status}`).join(', ') || 'none';
  return [
    `| \`${workload.name}\` with ${4 * connections} connections`,
    `${whole(before)}/s before, ${whole(during.rate)}/s during (p99 ${whole(during.p99Ms)} ms), ${whole(after)}/s after`,
    `refused: ${refused}; 503 without Retry-After: ${during.rude}; broken: ${during.broken} |`,
  ].join(' | ');
}

const SLOT_DAYS = 14;

/** A doctor's free times over two weeks: one statement, and a good deal to work out in node. */
async function slotsOf(data: Data) {
  const from = await firstFreeDay(data);
  const to = new Date(from.getTime() + SLOT_DAYS * 86_400_000);
  const range = `appointmentTypeId=${idOf('type', 1)}&from=${from.toISOString()}&to=${to.toISOString()}`;
  return (n: number) => ({
    path: `/v1/doctors/${idOf('doctor', 1 + (n % data.sizes.doctors))}/slots?${range}`,
    headers: addressOf(n),
  });
}

/** Two workers beside one, where node is the limit and where it is not. */
async function workers(data: Data, list: readonly Workload[]): Promise<string[]> {
  const lines: string[] = [];
  const rates = new Map<string, number[][]>();
  const one = await startOurs(data);
  const two = await startOurs(data, { WORKERS: '2' });
  const targets = [
    { name: 'slots', method: 'GET' as const, call: await slotsOf(data) },
    ...list
      .filter(({ name }) => ['product', 'orders'].includes(name))
      .map(({ name, method, ours }) => ({ name, method, call: ours })),
  ];
  for (const { name, ...target } of targets) {
    const of: number[][] = [[], []];
    for (let round = 0; round <= rounds; round += 1)
      for (const [index, { url }] of [one, two].entries()) {
        const { rate } = await load({ url, ...target }, { connections, seconds: Math.min(seconds, 4) });
        if (round > 0) of[index]!.push(rate);
      }
    rates.set(name, of);
    const [single, double] = of.map(median) as [number, number];
    lines.push(
      `| \`${name}\`, two workers to one | ${whole(double)}/s to ${whole(single)}/s | ${(double / single).toFixed(2)} |`,
    );
    say(lines.at(-1)!);
  }
  await one.stop();
  await two.stop();
  return lines;
}

const TIMES = 10;

/** Our reads on ten times the rows beside those on the rows there are, by turns. */
async function growth(data: Data, list: readonly Workload[]): Promise<string[]> {
  const large = await openData(scale * TIMES);
  const larger = workloadsOn({ ...world(large), freeFrom: new Date(0) });
  const [one, ten] = [await startOurs(data), await startOurs(large)];
  const lines: string[] = [];
  try {
    for (const workload of list.filter(({ method, route }) => method === 'GET' && isThere('GET', route))) {
      const { name, method } = workload;
      const rates: number[][] = [[], []];
      const sides = [
        { url: one.url, method, call: workload.ours },
        { url: ten.url, method, call: larger.find((same) => same.name === name)!.ours },
      ];
      for (let round = 0; round <= rounds; round += 1)
        for (const [index, target] of sides.entries()) {
          const { rate } = await load(target, {
            connections,
            seconds: round === 0 ? WARM_UP_SECONDS : seconds,
          });
          if (round > 0) rates[index]!.push(rate);
        }
      const [few, many] = rates.map(median) as [number, number];
      lines.push(
        `| \`${name}\` on ${TIMES} × the rows | ${whole(many)}/s to ${whole(few)}/s | ${(many / few).toFixed(2)} (asked ≥ 0.90) |`,
      );
      say(lines.at(-1)!);
    }
  } finally {
    await one.stop();
    await ten.stop();
    await large.postgres.stop();
  }
  return lines;
}

function machine(): string {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY }).toString().trim();
  return [
    `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version},`,
    `PostgreSQL 18 (embedded, durable); ${new Date().toISOString().slice(0, 10)}, commit ${commit};`,
    `${connections} connections, pool ${POOL_MAX}, ${rounds} rounds of ${seconds} s by turns, medians.`,
  ].join(' ');
}

if (!existsSync(BIN)) throw new Error('dist/cli.js is missing: npm run build');
const data = await openData(scale);
const minted = await mintTokens(STAFF);
const world = ({ sizes }: Data) => ({
  sizes,
  tokenOf: (n: number) => minted.get(n)!,
  run: Date.now().toString(36),
});
const isThere = (method: string, route: string): boolean =>
  ROUTES.some(({ method: its, path: at }) => its === method.toLowerCase() && at === route);
const all = workloadsOn({ ...world(data), freeFrom: await firstFreeDay(data) });
const lines: string[] = [machine(), ''];
const print = (...more: string[]): void => void lines.push(...more);
try {
  if (options.cpuprof) rmSync(path.join(data.home, 'profiles'), { recursive: true, force: true });
  const profiling = options.cpuprof
    ? ['--cpu-prof', `--cpu-prof-dir=${path.join(data.home, 'profiles')}`]
    : [];
  const servers = { ours: await startOurs(data, {}, profiling), bare: await startBare(data) };
  const fresh = residentMiB(servers.ours.pid);
  print(...HEADER);
  for (const workload of all) {
    if (!wanted(workload.name)) continue;
    if (!isThere(workload.method, workload.route)) {
      print(
        `| ${workload.what} (\`${workload.name}\`) | skipped: there is no ${workload.route} yet | | | | | | |`,
      );
      continue;
    }
    print(await compare(workload, data, servers));
  }
  print('', '| besides | | |', '| --- | --- | --- |');
  print(
    `| memory of our server | ${fresh} MiB at first, ${residentMiB(servers.ours.pid)} MiB after the load | bare: ${residentMiB(servers.bare.pid)} MiB |`,
    `| cold start, to serving | ${whole(servers.ours.startedInMs)} ms | |`,
  );
  if (wanted('overload'))
    for (const workload of all.filter(({ name }) => ['orders', 'order'].includes(name)))
      print(await overload(workload, servers.ours));
  await servers.ours.stop();
  await servers.bare.stop();
  if (wanted('workers')) print(...(await workers(data, all)));
  if (wanted('growth')) print(...(await growth(data, all)));
} finally {
  await data.postgres.stop();
}
const table = `${lines.join('\n')}\n`;
console.log(table);
if (options.out !== undefined) writeFileSync(options.out, table);
