import type { Clock } from '../../kernel/clock.js';

/** The system clock. */
export const systemClock: Clock = { now: () => new Date() };
