import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { RouteLimit } from '../../platform/http/routing/route.js';

const WINDOW_SECONDS = (10 * MINUTE) / SECOND;

/** For what strangers may ask: guesses at tokens, and mails, which are limited by address where they are sent. */
export const sourceLimits = (name: string): readonly RouteLimit[] => [
  { policy: { name: `${name}-network`, points: 40, windowSeconds: WINDOW_SECONDS }, by: 'network' },
  { policy: { name: `${name}-site`, points: 120, windowSeconds: WINDOW_SECONDS }, by: 'site' },
];

/** For what a signed-in user may ask. */
export const userLimit = (name: string): readonly RouteLimit[] => [
  { policy: { name: `${name}-user`, points: 20, windowSeconds: WINDOW_SECONDS }, by: 'user' },
];
