import { HOUR, SECOND } from '../../kernel/clock.js';
import type { RouteLimit } from '../../platform/http/route.js';

const AN_HOUR = HOUR / SECOND;

/**
 * Mail that anybody can have sent is limited by where the wish comes from and by whom it would reach, whose address
 * stands in the body under `field`.
 */
export const mailLimits = (name: string, field = 'email'): readonly RouteLimit[] => [
  { policy: { name: `${name}-ip`, points: 100, windowSeconds: AN_HOUR }, key: ({ client }) => client.ip },
  {
    policy: { name: `${name}-address`, points: 10, windowSeconds: AN_HOUR },
    key: ({ body }) => String((body as Record<string, unknown>)[field]),
  },
];

/** Guesses at tokens. */
export const guessLimit = (name: string): readonly RouteLimit[] => [
  { policy: { name, points: 100, windowSeconds: AN_HOUR }, key: ({ client }) => client.ip },
];
