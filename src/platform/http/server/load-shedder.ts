import type { Logger } from 'pino';
import type { Metrics } from '../../telemetry/metrics.js';
import { ProtocolError } from '../replies/protocol-error.js';

const PROBE_MS = 100;
/** One late probe may be a garbage collection; several in a row mean that requests arrive faster than they are answered. */
const PROBES_IN_A_ROW = 5;
const LOG_EVERY_MS = 10_000;
const RETRY_AFTER_SECONDS = 2;

/** With a delay of at least `lagMs`, one client may have `perClient` running requests, and all clients `total`. */
type Level = Readonly<{ lagMs: number; perClient: number; total: number }>;
const LEVELS: readonly Level[] = [
  { lagMs: 1_000, perClient: 2, total: 32 },
  { lagMs: 200, perClient: 8, total: Infinity },
];

/** Reports the delay of the event loop about every 100 ms; returns a function that stops it. */
export type WatchLag = (report: (lagMs: number) => void) => () => void;

const watchTimerLag: WatchLag = (report) => {
  let dueMs = performance.now() + PROBE_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    report(nowMs - dueMs);
    dueMs = nowMs + PROBE_MS;
  }, PROBE_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
};

export interface LoadShedder {
  start(): void;
  stop(): void;
  /**
   * Counts a request as running until the returned function is called. Throws `unavailable` (503) while the event loop
   * is late and the client has more requests running than its share.
   */
  enter(client: string): () => void;
}

/**
 * Refuses requests while the process is overloaded, beginning with the clients that have the most running requests, because
 * these send many or expensive requests.
 */
export function makeLoadShedder(
  {
    config,
    logger,
    metrics,
  }: Readonly<{
    config: Readonly<{ rateLimit: boolean }>;
    logger: Pick<Logger, 'warn'>;
    metrics: Pick<Metrics, 'countShedRequest'>;
  }>,
  watchLag: WatchLag = watchTimerLag,
): LoadShedder {
  const running = new Map<string, number>();
  let total = 0;
  const lags: number[] = [];
  let level: Level | undefined;
  let refused = 0;
  let loggedMs = -Infinity;
  let unwatch: (() => void) | undefined;

  function observe(lagMs: number): void {
    lags.push(lagMs);
    if (lags.length > PROBES_IN_A_ROW) lags.shift();
    const lasting = lags.length < PROBES_IN_A_ROW ? 0 : Math.min(...lags);
    level = LEVELS.find((each) => lasting >= each.lagMs);
    if (refused === 0 || performance.now() - loggedMs < LOG_EVERY_MS) return;
    logger.warn(
      { lagMs: Math.round(lagMs), refused },
      'the process is over its capacity and refuses requests',
    );
    loggedMs = performance.now();
    refused = 0;
  }

  return {
    start() {
      if (config.rateLimit) unwatch ??= watchLag(observe);
    },
    stop() {
      unwatch?.();
      unwatch = undefined;
      level = undefined;
    },
    enter(client) {
      const own = running.get(client) ?? 0;
      if (level !== undefined && (own >= level.perClient || total >= level.total)) {
        refused += 1;
        metrics.countShedRequest();
        throw new ProtocolError('unavailable', 'The server is too busy right now.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      running.set(client, own + 1);
      total += 1;
      return () => {
        const left = (running.get(client) ?? 1) - 1;
        if (left === 0) running.delete(client);
        else running.set(client, left);
        total -= 1;
      };
    },
  };
}
