import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { QueryTypes, type Sequelize } from 'sequelize';

/** One answered request. `route` is the template (`/v1/users/{id}`), never the path: paths are without number. */
export type ObservedRequest = Readonly<{
  method: string;
  route: string;
  status: number;
  durationSeconds: number;
}>;

export interface Metrics {
  observeRequest(request: ObservedRequest): void;
  /** The content type of `render`. */
  readonly contentType: string;
  /** Prometheus' text format. Never fails because the database is away; its gauges are then NaN. */
  render(): Promise<string>;
}

const SCRAPE_TIMEOUT_MS = 1_000;
const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Pool = Readonly<{ size: number; using: number; waiting: number }>;
type Backlog = { pending: number; failed: number; lagSeconds: number };

const BACKLOG = `
  SELECT count(*) FILTER (WHERE failed_at IS NULL AND run_at <= now())::int AS pending,
         count(*) FILTER (WHERE failed_at IS NOT NULL)::int AS failed,
         coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE failed_at IS NULL AND run_at <= now())), 0)::float8
           AS "lagSeconds"
    FROM jobs`;

/** Request, pool, outbox and process metrics in a registry of their own, so that two applications fit in one process. */
export function makeMetrics({ sequelize, version }: { sequelize: Sequelize; version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({ name: 'praxis_build_info', help: 'Always 1.', labelNames: ['version', 'node'], registers })
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

  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const { pool } = sequelize.connectionManager as unknown as { pool: Pool };
  const poolSize = gauge('praxis_db_pool_size', 'Open connections.');
  const poolInUse = gauge('praxis_db_pool_in_use', 'Connections that serve somebody.');
  const poolWaiting = gauge('praxis_db_pool_waiting', 'Calls that wait for a connection.');
  const databaseUp = gauge('praxis_db_up', '1 when the database answered this scrape.');
  const lag = gauge('praxis_outbox_lag_seconds', 'For how long the oldest due job has been due.');
  const pending = gauge('praxis_outbox_pending', 'Jobs that are due.');
  const failed = gauge('praxis_outbox_failed', 'Jobs that were given up.');

  const readBacklog = async (): Promise<Backlog> => {
    const [backlog] = await sequelize.query<Backlog>(BACKLOG, { type: QueryTypes.SELECT });
    if (backlog === undefined) throw new Error('an aggregate without a row');
    return backlog;
  };

  /** Counters by their labels: methods, templates and statuses are few, and looking them up by name is not cheap. */
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
    contentType: registry.contentType,
    async render() {
      poolSize.set(pool.size);
      poolInUse.set(pool.using);
      poolWaiting.set(pool.waiting);
      const backlog = await withinTime(readBacklog(), SCRAPE_TIMEOUT_MS);
      databaseUp.set(backlog === undefined ? 0 : 1);
      // Not a number rather than a stale one, which would look healthy.
      lag.set(backlog?.lagSeconds ?? Number.NaN);
      pending.set(backlog?.pending ?? Number.NaN);
      failed.set(backlog?.failed ?? Number.NaN);
      return registry.metrics();
    },
  };
}

/** What `work` gives, or undefined when it fails or takes longer. */
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
