/** So many points in so long a window; the window of a key begins with its first take. */
export type RateLimitPolicy = Readonly<{ name: string; points: number; windowSeconds: number }>;

/** What a take left behind, in the terms of the RateLimit header fields. */
export type RateLimitState = Readonly<{
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Until the window ends, rounded up. */
  resetSeconds: number;
  windowSeconds: number;
}>;

export interface RateLimits {
  /** Takes `points` (1) from `key`'s share, or says that there is not enough left. Exact: one counter for all processes. */
  take(policy: RateLimitPolicy, key: string, points?: number): Promise<RateLimitState>;
  /** Returns points that were taken in vain, such as those of a sign-in that succeeded. */
  giveBack(policy: RateLimitPolicy, key: string, points?: number): Promise<void>;
}

/** The general limit on every request of a client, which must cost next to nothing. */
export interface ClientLimiter {
  /** Counts one request. Never waits: what other processes counted is known up to about a second late. */
  check(client: string): RateLimitState;
  /** Exchanges counts with the other processes from now on. */
  start(): void;
  /** Hands over the last counts and stops exchanging. */
  stop(): Promise<void>;
}
