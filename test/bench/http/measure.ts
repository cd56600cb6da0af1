import type { DataSet } from './data-set.js';
import { load, type Round } from './load.js';
import { options, say } from './options.js';
import { cpuBetween, cpuOf } from './processes.js';
import type { Subject } from './subjects.js';
import type { Workload } from './workloads.js';

/** The rounds of one subject under one workload; CPU in µs a response. */
export type Measurement = Readonly<{
  subject: string;
  rounds: readonly Round[];
  nodeUs: readonly number[];
  postgresUs: readonly number[];
}>;

/** How long a measurement takes. */
export type Schedule = Readonly<Record<'warmUpSeconds' | 'rounds' | 'seconds', number>>;

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const rateOf = ({ rounds }: Measurement): number => median(rounds.map(({ rate }) => rate));
export const fastestOf = ({ rounds }: Measurement): number => Math.max(...rounds.map(({ rate }) => rate));
export const p99Of = ({ rounds }: Measurement): number => median(rounds.map(({ p99Ms }) => p99Ms));
export const cpuUsOf = ({ nodeUs, postgresUs }: Measurement): number =>
  median(nodeUs.map((us, round) => us + postgresUs[round]!));

function assertAllServed(what: string, { refused, broken }: Round): void {
  if (refused.size > 0 || broken > 0)
    throw new Error(`${what}: refused ${JSON.stringify([...refused])}, broken ${broken}`);
}

/**
 * Measures all subjects under one workload by turns, in an order that is reversed each round, so that a machine that becomes
 * slower or faster meanwhile treats them alike.
 */
export async function measure(
  data: DataSet,
  { name: workload, method }: Workload,
  subjects: readonly Subject[],
  { warmUpSeconds, rounds, seconds }: Schedule = options,
): Promise<readonly Measurement[]> {
  const sides = subjects.flatMap((subject) => {
    const call = subject.callsOf(workload);
    return call === undefined
      ? []
      : [{ subject, call, rounds: [] as Round[], nodeUs: [] as number[], postgresUs: [] as number[] }];
  });
  const { connections } = options;
  for (const { subject, call } of sides)
    if (warmUpSeconds > 0)
      await load({ url: subject.server.url, method, call }, { connections, seconds: warmUpSeconds });
  for (let round = 0; round < rounds; round += 1)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const { server, name } = side.subject;
      const before = { node: cpuOf(server.pid), postgres: cpuOf(data.postmasterPid) };
      const result = await load({ url: server.url, method, call: side.call }, { connections, seconds });
      assertAllServed(`${name}, ${workload}`, result);
      side.rounds.push(result);
      side.nodeUs.push(cpuBetween(before.node, cpuOf(server.pid)) / result.answers);
      side.postgresUs.push(cpuBetween(before.postgres, cpuOf(data.postmasterPid)) / result.answers);
    }
  const measurements = sides.map(({ subject, rounds: all, nodeUs, postgresUs }) => ({
    subject: subject.name,
    rounds: all,
    nodeUs,
    postgresUs,
  }));
  for (const each of measurements)
    say(
      `${workload}, ${each.subject}: ${whole(rateOf(each))}/s, node ${whole(median(each.nodeUs))} µs, PostgreSQL ${whole(median(each.postgresUs))} µs`,
    );
  return measurements;
}
