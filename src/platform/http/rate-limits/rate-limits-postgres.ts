import { createHmac } from 'node:crypto';
import { QueryTypes, type Sequelize } from 'sequelize';
import { SECOND } from '../../../kernel/clock.js';
import { isUnavailable } from '../../database/errors.js';
import type { Secrets } from '../../config/secrets.js';
import { makeMemoryRateLimits, type Taken } from './rate-limits-memory.js';
import type { RateLimitCounter, RateLimits } from './rate-limits.js';

export const RATE_LIMITS_TABLE = 'rate_limits';

/** Hashes the key of a counter, so that the table and its backups contain no addresses or user ids. */
export const makeKeyHash = (secrets: Secrets): ((key: string) => string) => {
  const secret = secrets.key('rate-limit');
  return (key) => createHmac('sha256', secret).update(key).digest('base64url');
};

// The database's clock, so that processes on machines whose clocks differ agree on when a window ends.
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

const TAKE = `
  WITH taken AS (
    INSERT INTO ${RATE_LIMITS_TABLE} AS held (key, points, expire) VALUES ($1, 1, ${NOW} + $3::bigint)
        ON CONFLICT (key) DO UPDATE
       SET points = CASE WHEN held.expire <= ${NOW} THEN 1 ELSE held.points + 1 END,
           expire = CASE WHEN held.expire <= ${NOW} THEN excluded.expire ELSE held.expire END
     WHERE held.expire <= ${NOW} OR held.points < $2
    RETURNING points, expire
  )
  SELECT true AS allowed, points, (expire - ${NOW})::float8 AS "leftMs" FROM taken
   UNION ALL
  SELECT false, points, (expire - ${NOW})::float8 FROM ${RATE_LIMITS_TABLE}
   WHERE key = $1 AND NOT EXISTS (SELECT FROM taken)`;

// Keys ascending here and below, so that two statements on the same keys lock them in the same order.
const COUNT = `
  INSERT INTO ${RATE_LIMITS_TABLE} AS held (key, points, expire)
  SELECT key, 1, ${NOW} + window_ms FROM unnest($1::text[], $2::bigint[]) AS counted (key, window_ms) ORDER BY key
      ON CONFLICT (key) DO UPDATE
     SET points = CASE WHEN held.expire <= ${NOW} THEN 1 ELSE least(held.points, 2000000000) + 1 END,
         expire = CASE WHEN held.expire <= ${NOW} THEN excluded.expire ELSE held.expire END
  RETURNING key, points`;

const READ = `SELECT points FROM ${RATE_LIMITS_TABLE} WHERE key = $1 AND expire > ${NOW}`;

const REFUND = `
  WITH refunded AS (
    SELECT key FROM ${RATE_LIMITS_TABLE} WHERE key = ANY ($1::text[]) AND expire > ${NOW} ORDER BY key FOR UPDATE
  )
  UPDATE ${RATE_LIMITS_TABLE} AS held SET points = greatest(0, points - 1)
    FROM refunded WHERE held.key = refunded.key`;

/**
 * Counters in the table `rate_limits`. While the database is not available each process counts on its own, so limits are
 * looser but still hold. With `rateLimit: false` nothing is counted or refused.
 */
export function makeRateLimits({
  sequelize,
  secrets,
  config,
}: {
  sequelize: Sequelize;
  secrets: Secrets;
  config: Readonly<{ rateLimit: boolean }>;
}): RateLimits {
  const hash = makeKeyHash(secrets);
  const fallback = makeMemoryRateLimits();
  const storedKey = ({ policy, key }: RateLimitCounter): string => `${policy.name}:${hash(key)}`;

  /** The fallback is for a missing database only; programming errors are rethrown. */
  const orWithout =
    <Result>(fall: () => Promise<Result>) =>
    (error: unknown): Promise<Result> => {
      if (!isUnavailable(error)) throw error;
      return fall();
    };
  const rows = <Row extends object>(text: string, bind: unknown[]): Promise<Row[]> =>
    sequelize.query<Row>(text, { bind, type: QueryTypes.SELECT });

  return {
    async take(policy, key) {
      const { points, windowSeconds } = policy;
      const stored = storedKey({ policy, key });
      const state = await rows<Taken>(TAKE, [stored, points, windowSeconds * SECOND]).then(
        // No row: another process created the counter after this statement's snapshot and used it up.
        ([row]) => row ?? { allowed: false, points, leftMs: windowSeconds * SECOND },
        orWithout(() => fallback.take(stored, policy)),
      );
      return {
        allowed: state.allowed || !config.rateLimit,
        limit: points,
        remaining: Math.max(0, points - state.points),
        resetSeconds: Math.max(1, Math.ceil(state.leftMs / SECOND)),
        windowSeconds,
      };
    },
    async count(counters) {
      const keys = counters.map(storedKey);
      const windows = counters.map(({ policy }) => policy.windowSeconds * SECOND);
      return rows<{ key: string; points: number }>(COUNT, [keys, windows]).then(
        (counted) => keys.map((key) => counted.find((row) => row.key === key)?.points ?? 1),
        orWithout(() =>
          Promise.all(counters.map(({ policy }, at) => fallback.count(keys[at] ?? '', policy))),
        ),
      );
    },
    async read(counter) {
      const key = storedKey(counter);
      return rows<{ points: number }>(READ, [key]).then(
        ([row]) => row?.points ?? 0,
        orWithout(() => fallback.read(key, counter.policy)),
      );
    },
    async refund(counters) {
      const keys = counters.map(storedKey);
      await sequelize.query(REFUND, { bind: [keys], type: QueryTypes.RAW }).then(
        () => undefined,
        orWithout(async () => {
          for (const counter of counters) await fallback.refund(storedKey(counter), counter.policy);
        }),
      );
    },
  };
}

const PURGE = `DELETE FROM ${RATE_LIMITS_TABLE} WHERE expire < $1`;

/** The kind of the recurring job that `makePurgeRateLimits` handles. */
export const PURGE_RATE_LIMITS = 'platform.purge-rate-limits';

/** Deletes the counters of past windows. */
export const makePurgeRateLimits =
  ({ sequelize }: { sequelize: Sequelize }): (() => Promise<void>) =>
  async () => {
    await sequelize.query(PURGE, { bind: [Date.now()], type: QueryTypes.RAW });
  };
