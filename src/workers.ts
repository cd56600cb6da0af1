import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import type { Logger } from 'pino';
import { startupBanner } from './startup-banner.js';
import { EXIT, WorkersFailed } from './platform/cli/exit-codes.js';
import type { Config } from './platform/config/config.js';
import { openDatabaseUrls } from './platform/database/database-urls.js';
import { makeTeardown } from './platform/teardown.js';
import { openLogger } from './platform/telemetry/logger.js';
import { startMetricsServer } from './platform/telemetry/metrics-server.js';

/** The messages between a worker and its primary: the worker serves, the worker must retire. */
export type WorkerMessage = Readonly<{ praxis: 'ready'; url: string }>;
export type PrimaryMessage = Readonly<{ praxis: 'retire' }>;

/** Several processes on one port that start and stop together. */
export type Workers = Readonly<{
  /** Replaces the workers one by one, each when its successor serves: new code and configuration, no request lost. */
  roll(): Promise<void>;
  /** Resolves with the reason when no worker serves and none can be started; else stays pending. */
  failed: Promise<unknown>;
  stop(): Promise<void>;
}>;

const SECOND_MS = 1_000;
/** After each failed start the next one waits twice as long, up to this. */
const LONGEST_PAUSE_MS = 30_000;
/** Consecutive failed starts, while no worker serves, until the server stops. */
const MAX_FAILED_STARTS = 3;
/** Jobs get more time than requests, and the process more than jobs. */
const BEYOND_GRACE_MS = 10_000;

/** `signal` killed the process; null if it ended by itself. */
type Ended = Readonly<{ exitCode: number; signal: string | null }>;
const isReady = (message: unknown): message is WorkerMessage =>
  typeof message === 'object' && message !== null && 'praxis' in message && message.praxis === 'ready';

/** Forks one worker; `begun` resolves when it serves, or with how it ended before that. */
function fork(
  logger: Logger,
): Readonly<{ worker: Worker; begun: Promise<WorkerMessage | Ended>; ended: Promise<Ended> }> {
  const worker = cluster.fork();
  const ended = new Promise<Ended>((resolve) => {
    // Node passes null for a missing code or signal, against its types.
    worker.once('exit', (code: number | null, signal: string | null) => {
      resolve({ exitCode: code ?? EXIT.failed, signal });
    });
    // Without a listener, a message that a dying worker cannot receive would end this process.
    worker.on('error', (error: unknown) => {
      logger.warn({ err: error, worker: worker.process.pid }, 'a worker cannot be reached');
      // The system could not start the process: there is no `exit` event.
      if (worker.process.pid === undefined) resolve({ exitCode: EXIT.unavailable, signal: null });
    });
  });
  const ready = new Promise<WorkerMessage>((resolve) => {
    worker.on('message', (message: unknown) => {
      if (isReady(message)) resolve(message);
    });
  });
  return { worker, begun: Promise.race([ready, ended]), ended };
}

async function retire(worker: Worker, ended: Promise<Ended>, withinMs: number): Promise<void> {
  if (worker.isConnected()) worker.send({ praxis: 'retire' } satisfies PrimaryMessage);
  const overdue = setTimeout(() => worker.process.kill('SIGKILL'), withinMs);
  await ended;
  clearTimeout(overdue);
}

/**
 * Starts `config.workers` processes on one port and keeps them running. The first one starts alone: it migrates and
 * seeds an empty demo. An embedded database belongs to this process, so that it outlives every worker.
 *
 * A killed worker is always replaced. Workers that end by themselves while they start are replaced with growing delays. The
 * server stops only while no worker serves, after MAX_FAILED_STARTS consecutive failures, or at once on a configuration error.
 * Resolves when the database accepts connections.
 */
export async function startWorkers(config: Config): Promise<Workers> {
  const logger = await openLogger(config);
  const teardown = makeTeardown({ logger });
  const connections = await openDatabaseUrls({
    ...config,
    log: (line) => {
      logger.debug({ source: 'postgres' }, line);
    },
  });
  teardown.add(() => connections.stop(), config.shutdownGraceSeconds * SECOND_MS + BEYOND_GRACE_MS);

  const withinMs = config.shutdownGraceSeconds * SECOND_MS + BEYOND_GRACE_MS;
  const running = new Map<Worker, Promise<Ended>>();
  const serving = new Set<Worker>();
  const retired = new WeakSet<Worker>();
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let failedStarts = 0;
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<unknown>((resolve) => {
    fail = resolve;
  });

  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** Resolves with the worker's address, or with its end before it served. */
  async function launch(): Promise<WorkerMessage | Ended> {
    const { worker, begun, ended } = fork(logger);
    running.set(worker, ended);
    void ended.then((how) => {
      running.delete(worker);
      if (!serving.delete(worker) || isStopping() || retired.has(worker)) return;
      logger.error({ worker: worker.process.pid, ...how }, 'a worker ended by itself; starting another');
      void startOne();
    });
    const outcome = await begun;
    if ('url' in outcome && running.has(worker)) {
      serving.add(worker);
      failedStarts = 0;
    }
    return outcome;
  }

  function giveUp({ exitCode }: Ended): void {
    const message =
      exitCode === EXIT.configuration
        ? 'a worker did not start because the configuration is wrong; see the line before this one'
        : `no worker serves and ${String(failedStarts)} in a row did not start, the last one with exit code ${String(exitCode)}`;
    const reason = connections.explain(new WorkersFailed(message, exitCode));
    logger.fatal({ err: reason }, 'giving up: no worker starts');
    fail(reason);
  }

  /** Starts workers until one serves; undefined when the server stops before that. */
  async function startOne(): Promise<WorkerMessage | undefined> {
    for (let pauseMs = SECOND_MS; !isStopping();) {
      const outcome = await launch();
      if ('url' in outcome) return outcome;
      if (isStopping()) return undefined;
      if (outcome.signal !== null) {
        logger.error(outcome, 'a worker was killed while it started; starting another');
        await pause(SECOND_MS);
        continue;
      }
      failedStarts += 1;
      logger.error({ ...outcome, failedStarts }, 'a worker did not start; trying again');
      const isHopeless = outcome.exitCode === EXIT.configuration || failedStarts >= MAX_FAILED_STARTS;
      if (serving.size === 0 && isHopeless) {
        giveUp(outcome);
        return undefined;
      }
      await pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    return undefined;
  }

  async function showMetrics(port: number): Promise<void> {
    const registry = new AggregatorRegistry();
    const metrics = { contentType: registry.contentType, render: () => registry.clusterMetrics() };
    const server = await startMetricsServer({ metrics, host: config.host, port });
    teardown.add(() => server.close());
  }

  async function startAll(): Promise<void> {
    const first = await startOne();
    if (first === undefined) return;
    await Promise.all(Array.from({ length: config.workers - 1 }, startOne));
    if (isStopping()) return;
    if (config.metricsPort !== null) await showMetrics(config.metricsPort);
    for (const line of startupBanner(first.url, config)) logger.info(line);
  }
  const started = startAll();
  started.catch(fail);

  let rolling: Promise<void> | undefined;
  async function rollOnce(): Promise<void> {
    logger.info('replacing the workers');
    for (const [worker, ended] of [...running]) {
      if (isStopping()) return;
      const successor = await launch();
      if (!('url' in successor)) {
        logger.error(successor, 'the new worker did not start; the old ones go on');
        return;
      }
      retired.add(worker);
      await retire(worker, ended, withinMs);
    }
    logger.info('all workers are new');
  }

  return {
    failed,
    roll() {
      // A request during a replacement repeats it, because code or configuration may have changed again.
      const begun = (rolling ?? started).catch(() => undefined).then(rollOnce);
      rolling = begun;
      return begun;
    },
    async stop() {
      stopping.abort();
      await Promise.all([...running].map(([worker, ended]) => retire(worker, ended, withinMs)));
      await teardown.run();
      logger.flush();
    },
  };
}
