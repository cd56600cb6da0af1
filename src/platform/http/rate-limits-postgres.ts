import { createHmac } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Secrets } from '../config/secrets.js';
import type { RateLimitPolicy, RateLimits, RateLimitState } from './rate-limits.js';

export const RATE_LIMITS_TABLE = 'rate_limits';

/** Whom a counter is about, so that the table, its backups and its readers do not learn it. */
export const makeKeyHash = (secrets: Secrets): ((key: string) => string) => {
  const secret = secrets.key('rate-limit');
  return (key) => createHmac('sha256', secret).update(key).digest('base64url');
};

/**
 * Counters in the table `rate_limits`. While the database is away each process counts for itself,
 * which is looser but never lets everything through. Off (`rateLimit: false`), it counts and refuses nobody.
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
  const limiters = new Map<string, RateLimiterPostgres>();

  const limiterOf = ({ name, points, windowSeconds }: RateLimitPolicy): RateLimiterPostgres => {
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const shape = { keyPrefix: name, points, duration: windowSeconds };
    const limiter = new RateLimiterPostgres({
      ...shape,
      storeClient: sequelize,
      tableName: RATE_LIMITS_TABLE,
      tableCreated: true,
      clearExpiredByTimeout: false, // makePurgeRateLimits does it, once for all
      insuranceLimiter: new RateLimiterMemory(shape),
    });
    limiters.set(name, limiter);
    return limiter;
  };

  return {
    async take(policy, key, points = 1) {
      try {
        return stateOf(policy, await limiterOf(policy).consume(hash(key), points), true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return stateOf(policy, refusal, !config.rateLimit);
        throw refusal;
      }
    },
    async giveBack(policy, key, points = 1) {
      await limiterOf(policy).reward(hash(key), points);
    },
  };
}

const stateOf = (policy: RateLimitPolicy, result: RateLimiterRes, allowed: boolean): RateLimitState => ({
  allowed,
  limit: policy.points,
  remaining: Math.max(0, result.remainingPoints),
  resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1_000)),
  windowSeconds: policy.windowSeconds,
});

const PURGE = `DELETE FROM ${RATE_LIMITS_TABLE} WHERE expire < $1`;

/** The kind of the recurring job that `makePurgeRateLimits` handles. */
export const PURGE_RATE_LIMITS = 'platform.purge-rate-limits';

/** Drops the counters of windows that are over. */
export const makePurgeRateLimits =
  ({ sequelize }: { sequelize: Sequelize }): (() => Promise<void>) =>
  async () => {
    await sequelize.query(PURGE, { bind: [Date.now()], type: QueryTypes.RAW });
  };
