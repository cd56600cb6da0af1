import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { assertComparable } from '../contestants/gate.js';
import { makePlainContestant } from '../contestants/plain-contestant.js';
import { makePraxisContestant } from '../contestants/praxis-contestant.js';
import { openDataSet, worldOf, type DataSet } from './data-set.js';
import { STAFF } from './data.js';
import { driverLoop } from './driver-loop.js';
import { growth, overload, workers } from './experiments.js';
import { gateRowsOf } from './gate-rows.js';
import { idOf } from './ids.js';
import { measure, median, rateOf, whole } from './measure.js';
import { isWanted, options, say } from './options.js';
import { residentMiB } from './processes.js';
import { BIN, POOL_MAX, profiling, startContestant, startPraxis, type Subject } from './subjects.js';
import { switchTable } from '../switches/compare.js';
import { comparisonTable, targetTable, type Measured } from './tables.js';
import { pairOf, workloadsOn, type Workload, type World } from './workloads.js';

const REPOSITORY = path.join(import.meta.dirname, '..', '..', '..');

function machine(): string {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY }).toString().trim();
  const { connections, rounds, seconds } = options;
  return [
    `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version},`,
    `PostgreSQL 18 (embedded, durable); ${new Date().toISOString().slice(0, 10)}, commit ${commit};`,
    `${connections} connections, pool ${POOL_MAX}, ${rounds} rounds of ${seconds} s by turns, medians.`,
  ].join(' ');
}

/** Starts all servers that are measured, after the gate has shown that they do the same work. */
async function startSubjects(
  data: DataSet,
  world: World,
  workloads: readonly Workload[],
): Promise<readonly Subject[]> {
  const praxis = await startPraxis(data, data.praxis, workloads, { nodeOptions: profiling(data) });
  const subjects: Subject[] = [praxis];
  const gate = [makePraxisContestant(praxis.name, praxis.server.url, data.praxis, world)];
  const databases = new Map([[praxis.name, data.praxis]]);
  if (options.against !== undefined) {
    const bin = path.join(options.against, 'dist', 'cli.js');
    const database = await data.ofBuild(bin);
    const own = await worldOf(data, database);
    const other = await startPraxis(data, database, workloadsOn(own), { name: 'other build', bin });
    subjects.push(other);
    gate.push(makePraxisContestant(other.name, other.server.url, database, own));
    databases.set(other.name, database);
  }
  if (options.beside.length > 0) {
    const database = await data.lean();
    const shared = workloadsOn(await worldOf(data, database));
    for (const name of options.beside) {
      const subject = await startContestant(data, database, shared, name);
      subjects.push(subject);
      gate.push(makePlainContestant(name, subject.server.url, database.superuserUrl));
      databases.set(name, database);
    }
  }
  await assertComparable(gate, ({ name }) => gateRowsOf(databases.get(name)!, data.sizes));
  say('all give the same answers and keep the same rules');
  return subjects;
}

/** Postings a second over HTTP, and of a loop on the driver that sends the same statements without the application. */
async function compareWithDriver(data: DataSet, [praxis]: readonly Subject[]): Promise<string> {
  const workload = workloadsOn(await worldOf(data, data.praxis)).find(({ name }) => name === 'cash')!;
  const loops: number[] = [];
  const rates: number[] = [];
  const once = { warmUpSeconds: 0, rounds: 1, seconds: options.seconds };
  for (let round = 0; round < options.rounds; round += 1) {
    loops.push(
      await driverLoop(data.praxis.applicationUrl, {
        workers: POOL_MAX,
        seconds: options.seconds,
        pairOf: (n) => pairOf(n, data.sizes),
        by: idOf('user', STAFF),
      }),
    );
    rates.push(...(await measure(data, workload, [praxis!], once)).map(rateOf));
  }
  const [ours, driver] = [median(rates), median(loops)];
  return `| ledger posting over HTTP, to a loop on the driver | ${whole(ours)}/s to ${whole(driver)}/s | ${(ours / driver).toFixed(2)} (target ≥ 0.50) |`;
}

async function main(): Promise<string[]> {
  const data = await openDataSet(options.scale);
  const lines: string[] = [machine(), ''];
  try {
    if (options.switches) return [...lines, ...(await switchTable(data))];
    if (options.cpuprof) rmSync(path.join(data.home, 'profiles'), { recursive: true, force: true });
    const world = await worldOf(data, data.praxis);
    const workloads = workloadsOn(world);
    const subjects = await startSubjects(data, world, workloads);
    const [praxis] = subjects as [Subject];
    const fresh = residentMiB(praxis.server.pid);
    const all: Measured[] = [];
    for (const workload of workloads.filter(({ name }) => isWanted(name)))
      all.push({ workload, measurements: await measure(data, workload, subjects) });
    lines.push(...comparisonTable(all), ...targetTable(all, praxis.name));
    lines.push('', '| besides | | |', '| --- | --- | --- |');
    lines.push(
      `| memory of Praxis | ${fresh} MiB at first, ${residentMiB(praxis.server.pid)} MiB after the load | ${subjects
        .slice(1)
        .map(({ name, server }) => `${name}: ${residentMiB(server.pid)} MiB`)
        .join(', ')} |`,
      `| start of Praxis, to serving | ${whole(praxis.server.startedInMs)} ms | |`,
    );
    if (isWanted('cash')) lines.push(await compareWithDriver(data, subjects));
    if (isWanted('overload'))
      for (const workload of workloads.filter(({ name }) => ['orders', 'order'].includes(name)))
        lines.push(await overload(workload, praxis));
    for (const { server } of subjects) await server.stop();
    if (isWanted('workers')) lines.push(...(await workers(data)));
    if (isWanted('growth')) lines.push(...(await growth(data, workloads)));
  } finally {
    await data.stop();
  }
  return lines;
}

if (!existsSync(BIN)) throw new Error('dist/cli.js is missing: npm run build');
const text = `${(await main()).join('\n')}\n`;
console.log(text);
if (options.out !== undefined) writeFileSync(options.out, text);
