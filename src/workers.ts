import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import type { Logger } from 'pino';
import { greetingsFrom } from './greetings.js';
import { EXIT } from './platform/cli/exit-codes.js';
import type { Config } from './platform/config/config.js';
import { openConnections } from './platform/database/connections.js';
import { makeTeardown } from './platform/teardown.js';
import { openLogger } from './platform/telemetry/logger.js';
import { startMetricsServer } from './platform/telemetry/metrics-server.js';

/** What a worker tells its primary once it serves; what the primary asks of it when its time is over. */
export type WorkerMessage = Readonly<{ praxis: 'ready'; url: string }>;
export type PrimaryMessage = Readonly<{ praxis: 'retire' }>;

/** Several processes on one port, which start, stop and are replaced as one. */
export type Workers = Readonly<{
  /** Replaces the workers one by one, each when its successor serves: new code and configuration, no request lost. */
  roll(): Promise<void>;
  /** Resolves with the exit code of a worker that could not start; never otherwise. */
  failed: Promise<number>;
  stop(): Promise<void>;
}>;

const SECOND_MS = 1_000;
/** A worker that ends by itself is replaced; one that does so over and over is replaced ever more slowly. */
const LONGEST_PAUSE_MS = 30_000;
/** Jobs are given a moment more than requests, and the process one more than those. */
const BEYOND_GRACE_MS = 10_000;

type Ended = Readonly<{ exitCode: number }>;
const isReady = (message: unknown): message is WorkerMessage =>
  typeof message === 'object' && message !== null && 'praxis' in message && message.praxis === 'ready';

/** Forks one worker; resolves when it serves, or with how it ended before that. */
function fork(): Readonly<{ worker: Worker; begun: Promise<WorkerMessage | Ended>; ended: Promise<Ended> }> {
  const worker = cluster.fork();
  const ended = new Promise<Ended>((resolve) => {
    worker.once('exit', (code) => {
      // Ended by a signal, it has no code.
      resolve({ exitCode: Number.isInteger(code) ? code : EXIT.failed });
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
 * Starts `config.workers` processes on one port and keeps them running. The first one starts alone: it migrates, and
 * fills an empty demo. An embedded database belongs to this process, so that it outlives every worker.
 */
export async function startWorkers(config: Config): Promise<Workers> {
  const logger = await openLogger(config);
  const teardown = makeTeardown({ logger });
  const connections = await openConnections({
    ...config,
    log: (line) => {
      logger.debug({ source: 'postgres' }, line);
    },
  });
  teardown.add(() => connections.stop(), config.shutdownGraceSeconds * SECOND_MS + BEYOND_GRACE_MS);

  const withinMs = config.shutdownGraceSeconds * SECOND_MS + BEYOND_GRACE_MS;
  const running = new Map<Worker, Promise<Ended>>();
  let stopping = false;
  const isStopping = (): boolean => stopping;
  let fail: (exitCode: number) => void = () => undefined;
  const failed = new Promise<number>((resolve) => {
    fail = resolve;
  });

  /** Gives the worker's address, or the code it ended with. */
  async function launch(): Promise<WorkerMessage | Ended> {
    const { worker, begun, ended } = fork();
    running.set(worker, ended);
    void ended.then(() => running.delete(worker));
    const how = await begun;
    if ('url' in how) keepAlive(worker, ended, logger);
    return how;
  }

  function keepAlive(worker: Worker, ended: Promise<Ended>, log: Logger): void {
    void ended.then(async ({ exitCode }) => {
      if (isStopping() || retired.has(worker)) return;
      log.error({ worker: worker.process.pid, exitCode }, 'a worker ended by itself; starting another');
      for (let pauseMs = SECOND_MS; !isStopping(); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        if ('url' in (await launch())) return;
        await sleep(pauseMs);
      }
    });
  }
  const retired = new WeakSet<Worker>();

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all([...running].map(([worker, ended]) => retire(worker, ended, withinMs)));
    await teardown.run();
    logger.flush();
  }

  const first = await launch();
  if (!('url' in first)) {
    await stop();
    return { roll: () => Promise.resolve(), failed: Promise.resolve(first.exitCode), stop };
  }
  const others = await Promise.all(Array.from({ length: config.workers - 1 }, launch));
  for (const other of others) if (!('url' in other)) fail(other.exitCode);

  if (config.metricsPort !== null) {
    const registry = new AggregatorRegistry();
    const metrics = { contentType: registry.contentType, render: () => registry.clusterMetrics() };
    const server = await startMetricsServer({ metrics, host: config.host, port: config.metricsPort });
    teardown.add(() => server.close());
  }

  for (const line of greetingsFrom(first.url, config)) logger.info(line);

  let rolling: Promise<void> | undefined;
  async function rollOnce(): Promise<void> {
    logger.info('replacing the workers');
    for (const [worker, ended] of [...running]) {
      if (stopping) return;
      const successor = await launch();
      if (!('url' in successor)) {
        logger.error({ exitCode: successor.exitCode }, 'the new worker did not start; the old ones go on');
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
      // Asked for while under way, it is done once more: what is to be picked up may be newer than what was.
      const begun = (rolling ?? Promise.resolve()).then(rollOnce);
      rolling = begun;
      return begun;
    },
    stop,
  };
}
