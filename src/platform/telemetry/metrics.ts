import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { QueryTypes, type Sequelize } from 'sequelize';
import { connectionPoolOf } from '../database/driver-internals.js';
import { JOB_LANES, type JobLane } from '../jobs/job-lanes.js';

/** An answered request. `route` is the template (`/v1/users/{id}`), never the path, because labels must be few. */
export type ObservedRequest = Readonly<{
  method: string;
  route: string;
  status: number;
  durationSeconds: number;
}>;

/** The source of a metrics server. */
export interface Exposition {
  /** The content type of `render`. */
  readonly contentType: string;
  /** Prometheus' text format. Without the database its gauges are NaN. */
  render(): Promise<string>;
}

export interface Metrics extends Exposition {
  observeRequest(request: ObservedRequest): void;
  /** Counts a request that was refused because of overload. */
  countShedRequest(): void;
  /** Lets the primary process of a cluster collect these metrics, to aggregate those of all workers. */
  answerPrimary(): void;
}

const SCRAPE_TIMEOUT_MS = 1_000;
const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Backlog = { pending: number; failed: number; lagSeconds: number };

const BACKLOG = `
  SELECT kind, count(*) FILTER (WHERE failed_at IS NULL AND run_at <= now())::int AS pending,
         count(*) FILTER (WHERE failed_at IS NOT NULL)::int AS failed,
         coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE failed_at IS NULL AND run_at <= now())), 0)::float8
           AS "lagSeconds"
    FROM jobs GROUP BY kind`;

const sumOf = (backlogs: readonly Backlog[]): Backlog => ({
  pending: backlogs.reduce((sum, { pending }) => sum + pending, 0),
  failed: backlogs.reduce((sum, { failed }) => sum + failed, 0),
  lagSeconds: Math.max(0, ...backlogs.map(({ lagSeconds }) => lagSeconds)),
});

/**
 * Request, pool, outbox and process metrics in a registry of their own, so that two applications fit in one process.
 * `laneOf` names the lane of a kind of job; jobs whose kind this process does not know are counted in the totals only.
 */
export function makeMetrics({
  sequelize,
  version,
  laneOf = () => undefined,
}: {
  sequelize: Sequelize;
  version: string;
  laneOf?: (kind: string) => JobLane | undefined;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({
    name: 'praxis_build_info',
    help: 'Always 1.',
    labelNames: ['version', 'node'],
    registers,
    aggregator: 'first',
  })
    .labels(version, process.version)
    .set(1);

  const requests = new Counter({
    name: 'praxis_http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'praxis_http_request_duration_seconds',
    help: 'From the first byte of the request to the end of the answer.',
    labelNames: ['method', 'route'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const shed = new Counter({
    name: 'praxis_http_requests_shed_total',
    help: 'Requests refused with 503 because the event loop was late.',
    registers,
  });

  const { pool } = connectionPoolOf(sequelize);
  type Sampling = Readonly<{ name: string; help: string; aggregator: 'sum' | 'max' | 'min' }>;
  const sampled = (gauge: Sampling, read: () => number | Promise<number>): void => {
    const made: Gauge = new Gauge({ ...gauge, registers, collect: async () => made.set(await read()) });
  };
  const inPool = (name: string, help: string, read: () => number): void => {
    sampled({ name: `praxis_db_pool_${name}`, help, aggregator: 'sum' }, read);
  };
  inPool('size', 'Open connections.', () => pool.size);
  inPool('in_use', 'Connections that serve somebody.', () => pool.using);
  inPool('waiting', 'Calls that wait for a connection.', () => pool.waiting);

  /** One statement for all gauges of a scrape. */
  type BacklogOfKind = Backlog & Readonly<{ kind: string }>;
  let asked: Promise<readonly BacklogOfKind[] | undefined> | undefined;
  const backlog = (): Promise<readonly BacklogOfKind[] | undefined> =>
    (asked ??= withinTime(readBacklog(), SCRAPE_TIMEOUT_MS).finally(() => (asked = undefined)));
  sampled(
    { name: 'praxis_db_up', help: '1 when the database answered this scrape.', aggregator: 'min' },
    async () => ((await backlog()) === undefined ? 0 : 1),
  );
  // NaN, because a stale value would look healthy.
  const inBacklog = (name: string, help: string, of: keyof Backlog): void => {
    const gauge = { name: `praxis_outbox_${name}`, help, aggregator: 'max' } as const;
    const valueOf = (kinds: readonly BacklogOfKind[] | undefined): number =>
      kinds === undefined ? Number.NaN : sumOf(kinds)[of];
    sampled(gauge, async () => valueOf(await backlog()));
    const ofLane = new Gauge<'lane'>({
      ...gauge,
      name: `praxis_outbox_lane_${name}`,
      labelNames: ['lane'],
      registers,
      collect: async () => {
        const kinds = await backlog();
        for (const lane of JOB_LANES)
          ofLane.labels(lane).set(valueOf(kinds?.filter(({ kind }) => laneOf(kind) === lane)));
      },
    });
  };
  inBacklog('lag_seconds', 'For how long the oldest due job has been due.', 'lagSeconds');
  inBacklog('pending', 'Jobs that are due.', 'pending');
  inBacklog('failed', 'Jobs that were given up.', 'failed');

  const readBacklog = (): Promise<BacklogOfKind[]> =>
    sequelize.query<BacklogOfKind>(BACKLOG, { type: QueryTypes.SELECT });

  /** Caches counters by their labels, which are few, because the lookup by name is slow. */
  const known = new Map<
    string,
    Readonly<{ count: Counter.Internal; duration: Histogram.Internal<string> }>
  >();
  function countersOf(method: string, route: string, status: number) {
    const key = `${method} ${status} ${route}`;
    const there = known.get(key);
    if (there !== undefined) return there;
    const made = {
      count: requests.labels(method, route, String(status)),
      duration: durations.labels(method, route),
    };
    known.set(key, made);
    return made;
  }

  return {
    observeRequest({ method, route, status, durationSeconds }) {
      const { count, duration } = countersOf(method, route, status);
      count.inc();
      duration.observe(durationSeconds);
    },
    countShedRequest() {
      shed.inc();
    },
    contentType: registry.contentType,
    answerPrimary() {
      AggregatorRegistry.setRegistries([registry]);
      new AggregatorRegistry(); // registers its listener
    },
    render: () => registry.metrics(),
  };
}

/** The result of `work`, or undefined when it fails or times out. */
async function withinTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
