import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimitPolicy } from './rate-limits.js';

/** The result of a take: `points` includes it where it was allowed, `leftMs` is the remaining time of the window. */
export type Taken = Readonly<{ allowed: boolean; points: number; leftMs: number }>;

/** Counters of this process alone, used while the database is not available. */
export interface MemoryRateLimits {
  take(key: string, policy: RateLimitPolicy): Promise<Taken>;
  count(key: string, policy: RateLimitPolicy): Promise<number>;
  read(key: string, policy: RateLimitPolicy): Promise<number>;
  refund(key: string, policy: RateLimitPolicy): Promise<void>;
}

/** The longest delay of a Node timer is 2^31 ms; the library sets one for every key. */
const MAX_WINDOW_SECONDS = 86_400;

export function makeMemoryRateLimits(): MemoryRateLimits {
  const limiters = new Map<string, RateLimiterMemory>();
  const limiterOf = ({ name, points, windowSeconds }: RateLimitPolicy): RateLimiterMemory => {
    const limiter =
      limiters.get(name) ??
      new RateLimiterMemory({ points, duration: Math.min(windowSeconds, MAX_WINDOW_SECONDS) });
    limiters.set(name, limiter);
    return limiter;
  };
  return {
    async take(key, policy) {
      const limiter = limiterOf(policy);
      try {
        const { consumedPoints, msBeforeNext } = await limiter.consume(key);
        return { allowed: true, points: consumedPoints, leftMs: msBeforeNext };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const { msBeforeNext } = await limiter.reward(key);
        return { allowed: false, points: policy.points, leftMs: msBeforeNext };
      }
    },
    count: async (key, policy) => (await limiterOf(policy).penalty(key)).consumedPoints,
    read: async (key, policy) => (await limiterOf(policy).get(key))?.consumedPoints ?? 0,
    async refund(key, policy) {
      const limiter = limiterOf(policy);
      if (((await limiter.get(key))?.consumedPoints ?? 0) > 0) await limiter.reward(key);
    },
  };
}
