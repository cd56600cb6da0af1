import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { RouteLimit } from '../../platform/http/routing/route.js';

const WINDOW_SECONDS = (10 * MINUTE) / SECOND;

/** For anonymous routes that accept tokens or send mails; mails are limited by address as well. */
export const sourceLimits = (name: string): readonly RouteLimit[] => [
  { policy: { name: `${name}-network`, points: 40, windowSeconds: WINDOW_SECONDS }, by: 'network' },
  { policy: { name: `${name}-site`, points: 120, windowSeconds: WINDOW_SECONDS }, by: 'site' },
];

/** For routes of signed-in users. */
export const userLimit = (name: string): readonly RouteLimit[] => [
  { policy: { name: `${name}-user`, points: 20, windowSeconds: WINDOW_SECONDS }, by: 'user' },
];
