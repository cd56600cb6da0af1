import { firstFreeDay, openDataSet, worldOf, type DataSet } from './data-set.js';
import { addressOf, workloadsOn, type Call, type Workload } from './workloads.js';
import { idOf } from './ids.js';
import { load } from './load.js';
import { cpuUsOf, measure, median, rateOf, whole } from './measure.js';
import { options, say } from './options.js';
import { startPraxis, type Subject } from './subjects.js';

const READS = ['product', 'orders', 'posts'];

/** Four times as many connections as usual: refusals must have a Retry-After, and the rate must recover afterwards. */
export async function overload({ name, method }: Workload, { server, callsOf }: Subject): Promise<string> {
  const { connections, seconds } = options;
  const target = { url: server.url, method, call: callsOf(name)! };
  const measureCalm = async () => (await load(target, { connections, seconds })).rate;
  await measureCalm();
  const before = await measureCalm();
  const during = await load(target, { connections: 4 * connections, seconds, polite: true });
  const after = await measureCalm();
  const refused = [...during.refused].map(([status, times]) => `${times} × ${status}`).join(', ') || 'none';
  return [
    `| \`${name}\` with ${4 * connections} connections`,
    `${whole(before)}/s before, ${whole(during.rate)}/s during (p99 ${whole(during.p99Ms)} ms), ${whole(after)}/s after`,
    `refused: ${refused}; 503 without Retry-After: ${during.rude}; broken: ${during.broken} |`,
  ].join(' | ');
}

const SLOT_DAYS = 14;

/** A doctor's free times over two weeks: one statement, and a calculation in node. */
async function slotsOf(data: DataSet): Promise<(n: number) => Call> {
  const from = await firstFreeDay(data.praxis.superuserUrl);
  const to = new Date(from.getTime() + SLOT_DAYS * 86_400_000);
  const range = `appointmentTypeId=${idOf('type', 1)}&from=${from.toISOString()}&to=${to.toISOString()}`;
  return (n) => ({
    path: `/v1/doctors/${idOf('doctor', 1 + (n % data.sizes.doctors))}/slots?${range}`,
    headers: addressOf(n),
  });
}

/** Compares two workers with one, in a workload that node limits and in two that it shares with PostgreSQL. */
export async function workers(data: DataSet): Promise<string[]> {
  const { connections, rounds, seconds } = options;
  const workloads = workloadsOn(await worldOf(data, data.praxis));
  const one = await startPraxis(data, data.praxis, workloads, { name: 'Praxis, one worker' });
  const two = await startPraxis(data, data.praxis, workloads, {
    name: 'Praxis, two workers',
    env: { WORKERS: '2' },
  });
  const calls = new Map<string, (n: number) => Call>([
    ['slots', await slotsOf(data)],
    ['product', one.callsOf('product')!],
    ['orders', one.callsOf('orders')!],
  ]);
  const lines: string[] = [];
  for (const [name, call] of calls) {
    const rates: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1)
      for (const [index, { server }] of [one, two].entries()) {
        const { rate } = await load({ url: server.url, method: 'GET', call }, { connections, seconds });
        if (round > 0) rates[index]!.push(rate);
      }
    const [single, double] = rates.map(median) as [number, number];
    lines.push(
      `| \`${name}\`, two workers to one | ${whole(double)}/s to ${whole(single)}/s | ${(double / single).toFixed(2)} |`,
    );
    say(lines.at(-1)!);
  }
  await one.server.stop();
  await two.server.stop();
  return lines;
}

const TIMES = 10;

/** Compares the CPU of reads on ten times the rows with that on the usual rows, each on its own server. */
export async function growth(data: DataSet, workloads: readonly Workload[]): Promise<string[]> {
  const large = await openDataSet(options.scale * TIMES);
  const lines: string[] = [];
  try {
    for (const workload of workloads.filter(({ name }) => READS.includes(name))) {
      const cpu: number[] = [];
      const rates: number[] = [];
      for (const set of [data, large]) {
        const subject = await startPraxis(set, set.praxis, workloadsOn(await worldOf(set, set.praxis)));
        const [measurement] = await measure(set, workload, [subject]);
        cpu.push(cpuUsOf(measurement!));
        rates.push(rateOf(measurement!));
        await subject.server.stop();
      }
      const [few, many] = cpu as [number, number];
      lines.push(
        `| \`${workload.name}\` on ${TIMES} × the rows | ${whole(many)} µs to ${whole(few)} µs of CPU, ${rates.map(whole).toReversed().join('/s to ')}/s | ${(many / few).toFixed(2)} (target ≤ 1.15) |`,
      );
      say(lines.at(-1)!);
    }
  } finally {
    await large.stop();
  }
  return lines;
}
