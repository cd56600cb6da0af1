/** A number of points in a window of time; the window of a key begins with its first take. */
export type RateLimitPolicy = Readonly<{ name: string; points: number; windowSeconds: number }>;

/** The state of a counter after a take, in the terms of the RateLimit header fields. */
export type RateLimitState = Readonly<{
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Until the window ends, rounded up. */
  resetSeconds: number;
  windowSeconds: number;
}>;

/** One counter: that of `key` under `policy`. */
export type RateLimitCounter = Readonly<{ policy: RateLimitPolicy; key: string }>;

/** Exact: one counter for all processes. Keys of addresses come from `rateLimitKeys`. */
export interface RateLimits {
  /** Takes a point if one is left. A refused take changes nothing, so it does not extend the window. */
  take(policy: RateLimitPolicy, key: string): Promise<RateLimitState>;
  /** Adds a point to each counter, whatever the limits, and returns how many points each holds. */
  count(counters: readonly RateLimitCounter[]): Promise<readonly number[]>;
  /** How many points the counter holds. */
  read(counter: RateLimitCounter): Promise<number>;
  /** Returns a point to each counter, such as those of a sign-in that succeeded. */
  refund(counters: readonly RateLimitCounter[]): Promise<void>;
}

/** `probe`: requests of monitoring. They and the requests of all other clients have separate budgets. */
export type RequestBudget = 'client' | 'probe';

/** The general limit on every request of a client, which must cost next to nothing. */
export interface ClientLimiter {
  /** Counts one request from `address`. Never waits: what other processes counted is known up to about a second late. */
  check(address: string, budget?: RequestBudget): RateLimitState;
  /** Exchanges counts with the other processes from now on. */
  start(): void;
  /** Exchanges the last counts and stops. */
  stop(): Promise<void>;
}
