import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MINUTE, SECOND } from '../../src/kernel/clock.js';
import { makeSandbox } from '../support/server-process.js';
import type { Figures } from './attack.js';
import { loadAttacks, startTarget, type NamedAttack } from './attacks.js';
import { startBystander, type Experience } from './bystander.js';
import { watchMemory } from './resident-memory.js';

/**
 * `npm run attack -- [--minutes 10] [--only NAME,NAME] [--bin FILE]`: runs all attacks at full size by turns against
 * one server for so many minutes, then each attack that needs its own server once. A bystander at another address reads
 * and signs in meanwhile. Prints the figures of each attack and of the bystander. Exit 1 when an attack found a fault,
 * when the bystander's reads were too slow (p99), when its right password was refused or slow, or when the memory of
 * the server grew. `--bin` attacks another build.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string' },
    bin: { type: 'string' },
  },
});

/** The time limit of one attack. */
const LONGEST_MS = 2 * MINUTE;
const WARM_UP_MS = MINUTE;
/** How long the server rests between two attacks, and at the end before its memory is read. */
const REST_MS = 2 * SECOND;
const CALM_MS = 10 * SECOND;
const MAX_P99_MS = 150;
const MAX_SIGN_IN_MS = 2_000;
const MAX_GROWTH_MEGABYTES = 30;

type Row = Readonly<{
  name: string;
  seconds: number;
  experience: Experience;
  megabytes: Readonly<{ min: number; max: number; end: number }>;
  figures: Figures;
  faults: readonly string[];
}>;

const sandbox = makeSandbox(values.bin);

/** Attacks `attacks` by turns until `minutes` are over, each at least once. */
async function attackServer(
  attacks: readonly NamedAttack[],
  options: NamedAttack['attack']['server'],
  minutes: number,
): Promise<Readonly<{ rows: readonly Row[]; growth: number | null }>> {
  const { server, target } = await startTarget(sandbox, options);
  const bystander = startBystander(server.url);
  const memory = watchMemory(server.pid);
  let ended: string | undefined;
  void server.outcome.then(({ code, stderr }) => {
    ended = `The server ended with ${code ?? 'a signal'}: ${stderr.trim().slice(-300)}`;
  });
  const rows: Row[] = [];

  /** Runs `work` and adds the measurements of the bystander. */
  async function observe(name: string, work: () => Promise<Pick<Row, 'figures' | 'faults'>>): Promise<void> {
    const from = Date.now();
    const { figures, faults } = await work();
    await sleep(REST_MS);
    const to = Date.now();
    await sleep(REST_MS); // for the answers to the last requests
    const samples = memory.between(from, to).map(({ megabytes }) => megabytes);
    const experience = bystander.experience(from, to);
    const row: Row = {
      name,
      seconds: (to - from) / SECOND,
      experience,
      megabytes: { min: Math.min(...samples), max: Math.max(...samples), end: samples.at(-1) ?? Number.NaN },
      figures,
      faults: [...faults, ...faultsOf(experience), ...(ended === undefined ? [] : [ended])],
    };
    rows.push(row);
    print(row);
  }

  async function attackOnce({ name, attack }: NamedAttack): Promise<void> {
    await observe(name, async () => {
      const figures = await attack
        .run(target, 'whole', AbortSignal.timeout(LONGEST_MS))
        .catch((error: unknown) => String(error));
      return typeof figures === 'string'
        ? { figures: {}, faults: [figures] }
        : { figures, faults: attack.faults(figures, 'whole') };
    });
  }

  await sleep(2 * REST_MS); // until the bystander has started
  await observe('(calm)', async () => {
    await sleep(CALM_MS);
    return { figures: {}, faults: [] };
  });
  const begun = Date.now();
  const isOver = (): boolean => Date.now() - begun >= minutes * MINUTE;
  do {
    for (const attack of attacks) {
      if (ended !== undefined || (isOver() && rows.length > attacks.length)) break;
      await attackOnce(attack);
    }
  } while (ended === undefined && !isOver());
  await observe('(calm after)', async () => {
    await sleep(CALM_MS);
    return { figures: {}, faults: [] };
  });

  const warm = memory.between(begun + WARM_UP_MS - 5 * SECOND, begun + WARM_UP_MS);
  const last = memory.between(Date.now() - 5 * SECOND, Date.now());
  const growth = warm.length === 0 || last.length === 0 ? null : mean(last) - mean(warm);
  memory.stop();
  await bystander.stop();
  await sandbox.clear();
  return { rows, growth };
}

const mean = (samples: readonly Readonly<{ megabytes: number }>[]): number =>
  samples.reduce((sum, { megabytes }) => sum + megabytes, 0) / samples.length;

function faultsOf({ p99, slowestSignIn, signInsRefused }: Experience): readonly string[] {
  return [
    ...(p99 >= MAX_P99_MS ? [`The bystander's products had a p99 of ${p99.toFixed(0)} ms.`] : []),
    ...(slowestSignIn > MAX_SIGN_IN_MS
      ? [`A right sign-in of the bystander took ${slowestSignIn.toFixed(0)} ms.`]
      : []),
    ...(signInsRefused > 0 ? [`${signInsRefused} right sign-ins of the bystander were refused.`] : []),
  ];
}

const COLUMNS = [28, 6, 7, 7, 8, 8, 9, 8, 16] as const;
const line = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(COLUMNS[0]) : cell.padStart(COLUMNS[index]!)))
    .join('');

function printHead(): void {
  const head = [
    'attack',
    's',
    'p50 ms',
    'p99 ms',
    'max ms',
    'refused',
    'sign-in',
    'refused',
    'MB min/max/end',
  ];
  console.log(line(head));
}

function print({ name, seconds, experience, megabytes, figures, faults }: Row): void {
  const { p50, p99, max, productsRefused, slowestSignIn, signInsRefused } = experience;
  const times = [p50, p99, max].map((value) => value.toFixed(0));
  const { min, max: most, end } = megabytes;
  const rest = [productsRefused, slowestSignIn.toFixed(0), signInsRefused].map(String);
  console.log(line([name, seconds.toFixed(0), ...times, ...rest, `${min}/${most}/${end}`]));
  if (Object.keys(figures).length > 0) console.log(`  ${JSON.stringify(figures)}`);
  for (const fault of faults) console.log(`  FAULT ${fault}`);
}

async function main(): Promise<boolean> {
  const attacks = await loadAttacks(values.only?.split(','));
  const shared = attacks.filter(({ attack }) => attack.server === undefined);
  const apart = attacks.filter(({ attack }) => attack.server !== undefined);
  printHead();
  const all: Row[] = [];
  let grew = false;
  if (shared.length > 0) {
    const { rows, growth } = await attackServer(shared, undefined, Number(values.minutes));
    all.push(...rows);
    grew = growth !== null && growth > MAX_GROWTH_MEGABYTES;
    const change = growth === null ? 'not known: the run was too short' : `${growth.toFixed(0)} MB`;
    console.log(`\nGrowth of the memory after the first minute: ${change}${grew ? ' FAULT' : ''}\n`);
  }
  for (const attack of apart) all.push(...(await attackServer([attack], attack.attack.server, 0)).rows);
  const faulty = all.filter(({ faults }) => faults.length > 0);
  console.log(`\n${all.length} rows, ${faulty.length} with faults`);
  return faulty.length === 0 && !grew;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  await sandbox.clear();
}
