import type { Measurement } from './measure.js';
import { cpuUsOf, fastestOf, median, p99Of, rateOf, whole } from './measure.js';
import type { Workload } from './workloads.js';

export type Measured = Readonly<{ workload: Workload; measurements: readonly Measurement[] }>;

const FLOOR = 'lean';
const RIVAL = 'fastify-drizzle';

/** The targets of Praxis: its CPU as a multiple of the lean server's, and its rate as a share of Fastify + Drizzle's. */
const TARGETS: Readonly<Record<string, Readonly<{ cpu: number; rate: number }>>> = {
  product: { cpu: 1.3, rate: 0.9 },
  orders: { cpu: 1.3, rate: 1 },
  posts: { cpu: 1.3, rate: 1 },
  booking: { cpu: 2.5, rate: 0.5 },
  order: { cpu: 2, rate: 1 },
};

const of = (name: string, measurements: readonly Measurement[]) =>
  measurements.find(({ subject }) => subject === name);

const ratio = (value: number): string => value.toFixed(2);

/** One row for each workload and subject. */
export function comparisonTable(all: readonly Measured[]): string[] {
  return [
    '| workload | server | responses/s: median, fastest | p99 ms | node µs | PostgreSQL µs | CPU, multiple of lean |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...all.flatMap(({ workload, measurements }) =>
      measurements.map((each) => {
        const floor = of(FLOOR, measurements);
        return `| ${[
          `\`${workload.name}\``,
          each.subject,
          `${whole(rateOf(each))}, ${whole(fastestOf(each))}`,
          whole(p99Of(each)),
          whole(median(each.nodeUs)),
          whole(median(each.postgresUs)),
          floor === undefined ? '–' : ratio(cpuUsOf(each) / cpuUsOf(floor)),
        ].join(' | ')} |`;
      }),
    ),
  ];
}

/** Compares Praxis with its targets. */
export function targetTable(all: readonly Measured[], praxis: string): string[] {
  const rows = all.flatMap(({ workload: { name }, measurements }) => {
    const [ours, floor, rival, target] = [
      of(praxis, measurements),
      of(FLOOR, measurements),
      of(RIVAL, measurements),
      TARGETS[name],
    ];
    if (ours === undefined || floor === undefined || rival === undefined || target === undefined) return [];
    const cpu = cpuUsOf(ours) / cpuUsOf(floor);
    const rate = rateOf(ours) / rateOf(rival);
    const isMet = cpu <= target.cpu && rate >= target.rate;
    return [
      `| \`${name}\` | ${ratio(cpu)} (≤ ${ratio(target.cpu)}) | ${ratio(rate)} (≥ ${ratio(target.rate)}) | ${isMet ? 'yes' : '**no**'} |`,
    ];
  });
  return rows.length === 0
    ? []
    : [
        '',
        '| workload | CPU, multiple of lean (target) | rate, share of Fastify + Drizzle (target) | met |',
        '| --- | ---: | ---: | --- |',
        ...rows,
      ];
}
