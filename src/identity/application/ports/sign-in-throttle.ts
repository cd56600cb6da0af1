import type { Client } from '../../domain/client.js';

/** An attempt that the throttle admitted. The caller calls exactly one of its methods at its end. */
export interface Admission {
  /** Whether this user signed in from this device before. */
  readonly isKnown: boolean;
  /** The password was right: refunds the points and remembers the device. */
  succeed(): Promise<void>;
  /** The password was wrong. rate_limited if an unknown device would have been refused. */
  fail(): Promise<void>;
  /** The password was not checked: refunds the points. */
  withdraw(): Promise<void>;
}

/** Limits failed sign-ins. Takes points before the check and refunds them on success, so that parallel guesses count. */
export interface SignInThrottle {
  /** May delay the attempt. rate_limited `rate-limited` with `retryAfterSeconds` if no point is left. */
  admit(email: string, client: Client): Promise<Admission>;
}
