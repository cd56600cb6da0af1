/** The current time, to the millisecond. Injected, so that tests and simulations can set it. */
export interface Clock {
  now(): Date;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `durationMs` milliseconds after (or, negative, before) `instant`. */
export const plus = (instant: Date, durationMs: number): Date => new Date(instant.getTime() + durationMs);

/** `now`, but never before `known`: the clocks of processes differ, and `updatedAt` must not go back. */
export const later = (known: Date, now: Date): Date => (now > known ? now : known);
