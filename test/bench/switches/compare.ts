import { assertComparable } from '../contestants/gate.js';
import { makePraxisContestant } from '../contestants/praxis-contestant.js';
import { worldOf, type DataSet } from '../http/data-set.js';
import { gateRowsOf } from '../http/gate-rows.js';
import { cpuUsOf, measure, whole, type Measurement } from '../http/measure.js';
import { isWanted, isWantedSwitch, say } from '../http/options.js';
import { startPraxis, type Subject } from '../http/subjects.js';
import { workloadsOn } from '../http/workloads.js';
import { OPTIMIZATIONS, type Optimization } from './optimizations.js';
import { withoutOptimization } from './without.js';

/** The least share of a workload's CPU that an optimization has to save to be kept. */
const LEAST_SAVING = 0.1;

type Compared = Readonly<{ workload: string; on: Measurement; off: Measurement }>;

const savingOf = ({ on, off }: Compared): number => 1 - cpuUsOf(on) / cpuUsOf(off);

/** The lower and the upper quartile of the rounds. */
function spreadOf({ nodeUs, postgresUs }: Measurement): string {
  const all = nodeUs.map((us, round) => us + postgresUs[round]!).sort((a, b) => a - b);
  const at = (share: number): number => all[Math.round(share * (all.length - 1))]!;
  return `${whole(at(0.25))}–${whole(at(0.75))}`;
}

/** Starts both, so that neither has had more requests to be optimized by V8 than the other. */
async function compare(data: DataSet, optimization: Optimization): Promise<readonly Compared[]> {
  const gateWorkloads = workloadsOn(await worldOf(data, data.praxis));
  const praxis = await startPraxis(data, data.praxis, gateWorkloads);
  const plain = await startPraxis(
    data,
    data.praxis,
    gateWorkloads,
    withoutOptimization(optimization, data.home),
  );
  try {
    const world = await worldOf(data, data.praxis);
    const gate = [praxis, plain].map(({ name, server }) =>
      makePraxisContestant(name, server.url, data.praxis, world),
    );
    await assertComparable(gate, () => gateRowsOf(data.praxis, data.sizes));
    // The gate has booked meanwhile.
    const later = await worldOf(data, data.praxis);
    const workloads = workloadsOn({ ...later, run: `${later.run}-${optimization.name}` });
    const subjects = [praxis, plain].map((subject): Subject => ({
      ...subject,
      callsOf: (name) => workloads.find((each) => each.name === name)?.praxis,
    }));
    const compared: Compared[] = [];
    for (const workload of workloads.filter(
      ({ name }) => optimization.workloads.includes(name) && isWanted(name),
    )) {
      const [on, off] = await measure(data, workload, subjects);
      compared.push({ workload: workload.name, on: on!, off: off! });
    }
    return compared;
  } finally {
    await praxis.server.stop();
    await plain.server.stop();
  }
}

function rowsOf({ name, what, plain }: Optimization, compared: readonly Compared[]): string[] {
  const isKept = compared.some((each) => savingOf(each) >= LEAST_SAVING);
  return compared.map((each, index) => {
    const label = index === 0 ? `${what} (\`${name}\`); without: ${plain}` : '';
    const [on, off] = [each.on, each.off].map((one) => `${whole(cpuUsOf(one))} (${spreadOf(one)})`);
    const verdict = index > 0 ? '' : isKept ? '**kept**' : '**below a tenth**';
    return `| ${label} | \`${each.workload}\` | ${on} | ${off} | ${whole(100 * savingOf(each))} % | ${verdict} |`;
  });
}

/** CPU of node and PostgreSQL with each optimization, and with the plain version in its place, measured by turns. */
export async function switchTable(data: DataSet): Promise<string[]> {
  const lines = [
    '| optimization | workload | CPU µs with it (quartiles) | without | saving | |',
    '| --- | --- | ---: | ---: | ---: | --- |',
  ];
  for (const optimization of OPTIMIZATIONS.filter(({ name }) => isWantedSwitch(name))) {
    const rows = rowsOf(optimization, await compare(data, optimization));
    for (const row of rows) say(row);
    lines.push(...rows);
  }
  return lines;
}
