import type { Logger } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { MINUTE, SECOND, type Clock } from '../../../kernel/clock.js';
import type { Secrets } from '../../config/secrets.js';
import { rateLimitKeys } from './rate-limit-keys.js';
import { makeKeyHash, RATE_LIMITS_TABLE } from './rate-limits-postgres.js';
import type { ClientLimiter, RateLimitState } from './rate-limits.js';

const EXCHANGE_MS = SECOND;
/** About 5 MB at most. Beyond it the least recently used counters are removed. */
const MAX_CLIENTS = 20_000;
/** The number of keys in one statement. */
const MAX_KEYS_A_STATEMENT = 2_000;

// Keys ascending, so that two processes that exchange the same keys lock them in the same order.
const EXCHANGE = `
  INSERT INTO ${RATE_LIMITS_TABLE} AS held (key, points, expire)
  SELECT key, points, $3 FROM unnest($1::text[], $2::int[]) AS delta (key, points) ORDER BY key
      ON CONFLICT (key) DO UPDATE SET points = least(held.points::bigint + excluded.points, 2000000000)
  RETURNING key, points`;

type Count = {
  /** The count of all processes at the last exchange, including this one. */
  shared: number;
  /** The count of this process since then. */
  pending: number;
};

/**
 * Counts requests in memory and exchanges the differences with PostgreSQL about once a second, with one statement for all
 * clients. No request waits for the database; together the processes may exceed the limit by the requests of one second.
 * The windows are the minutes of the clock, so they are the same in every process.
 */
export function makeClientLimiter(
  {
    sequelize,
    secrets,
    clock,
    logger,
    config,
  }: {
    sequelize: Sequelize;
    secrets: Secrets;
    clock: Clock;
    logger: Logger;
    config: Readonly<{ rateLimit: boolean }>;
  },
  {
    points = 3_000,
    sitePoints = 4 * points,
    windowSeconds = 60,
    maxClients = MAX_CLIENTS,
  }: { points?: number; sitePoints?: number; windowSeconds?: number; maxClients?: number } = {},
): ClientLimiter {
  const hash = makeKeyHash(secrets);
  const windowMs = windowSeconds * SECOND;
  let counts = new Map<string, Count>();
  let windowEndsAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let exchanging: Promise<void> | undefined;
  let failing = false;
  let stopped = false;

  /** Removes the counters of past windows. */
  function enterWindow(nowMs: number): void {
    if (nowMs < windowEndsAtMs && nowMs >= windowEndsAtMs - windowMs) return;
    windowEndsAtMs = (Math.floor(nowMs / windowMs) + 1) * windowMs;
    counts = new Map();
  }

  /** Moves the client to the end of the map; eviction starts at its beginning. */
  function countOf(client: string): Count {
    const known = counts.get(client);
    if (known !== undefined) counts.delete(client);
    else if (counts.size >= maxClients) {
      const quietest = counts.keys().next();
      if (quietest.done !== true) counts.delete(quietest.value);
    }
    const count = known ?? { shared: 0, pending: 0 };
    counts.set(client, count);
    return count;
  }

  async function exchangeOnce(): Promise<void> {
    const window = counts;
    const sent = new Map<string, { count: Count; delta: number }>();
    for (const [client, count] of window) {
      if (sent.size === MAX_KEYS_A_STATEMENT) break;
      if (count.pending > 0)
        sent.set(`client:${windowEndsAtMs / SECOND}:${hash(client)}`, { count, delta: count.pending });
    }
    if (sent.size === 0) return;
    const rows = await sequelize.query<{ key: string; points: number }>(EXCHANGE, {
      bind: [[...sent.keys()], [...sent.values()].map(({ delta }) => delta), windowEndsAtMs + MINUTE],
      type: QueryTypes.SELECT,
    });
    for (const row of rows) {
      const entry = sent.get(row.key);
      if (entry === undefined) continue;
      entry.count.shared = row.points;
      entry.count.pending -= entry.delta;
    }
  }

  /** Never rejects: without the database each process counts on its own. */
  async function exchange(): Promise<void> {
    try {
      await exchangeOnce();
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error }, 'rate limits are not shared for now');
      failing = true;
    }
  }

  function scheduleExchange(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      exchanging = exchange().finally(scheduleExchange);
    }, EXCHANGE_MS);
    timer.unref();
  }

  function checkKey(key: string, limit: number, nowMs: number): RateLimitState {
    const count = countOf(key);
    const before = count.shared + count.pending;
    // Refused requests are not counted, so a client over its limit costs one lookup.
    const allowed = before < limit;
    if (allowed) count.pending += 1;
    return {
      allowed: allowed || !config.rateLimit,
      limit,
      remaining: Math.max(0, limit - before - 1),
      resetSeconds: Math.max(1, Math.ceil((windowEndsAtMs - nowMs) / SECOND)),
      windowSeconds,
    };
  }

  return {
    check(address, budget = 'client') {
      const nowMs = clock.now().getTime();
      enterWindow(nowMs);
      const keys = rateLimitKeys(address);
      const prefix = budget === 'client' ? '' : `${budget} `;
      const [network, site] = [prefix + keys.network, prefix + keys.site];
      const state = checkKey(network, points, nowMs);
      if (site === network || !state.allowed) return state;
      // A /48 has 65,536 networks, each of which would otherwise have a limit of its own.
      const siteState = checkKey(site, sitePoints, nowMs);
      return siteState.allowed ? state : siteState;
    },
    start() {
      if (timer === undefined) scheduleExchange();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await exchanging;
      await exchange();
    },
  };
}
