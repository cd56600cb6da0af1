import { MINUTE, SECOND } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { RateLimitPolicy, RateLimits } from '../../platform/http/rate-limits.js';
import type { SignInThrottle } from '../application/ports.js';

const WINDOW_SECONDS = (15 * MINUTE) / SECOND;

/** Guessing one person's password. */
const PER_PERSON: RateLimitPolicy = { name: 'sign-in-person', points: 20, windowSeconds: WINDOW_SECONDS };
/** Trying one password on many people. */
const PER_ADDRESS: RateLimitPolicy = { name: 'sign-in-ip', points: 200, windowSeconds: WINDOW_SECONDS };

const tooMany = (retryAfterSeconds: number): DomainError =>
  new DomainError('rate_limited', 'rate-limited', 'Too many failed sign-ins; try again later.', {
    retryAfterSeconds,
  });

/**
 * Failed sign-ins by person and origin together, so that nobody can lock somebody else out from afar, and by origin.
 * The platform keeps digests of the keys only: no address stands in the counters' table.
 */
export const makeSignInThrottle = ({ rateLimits }: { rateLimits: RateLimits }): SignInThrottle => {
  const personKey = (email: string, ip: string): string => `${ip} ${email}`;
  return {
    async take(email, ip) {
      const person = await rateLimits.take(PER_PERSON, personKey(email, ip));
      if (!person.allowed) throw tooMany(person.resetSeconds);
      const address = await rateLimits.take(PER_ADDRESS, ip);
      if (address.allowed) return;
      await rateLimits.giveBack(PER_PERSON, personKey(email, ip));
      throw tooMany(address.resetSeconds);
    },
    async giveBack(email, ip) {
      await rateLimits.giveBack(PER_PERSON, personKey(email, ip));
      await rateLimits.giveBack(PER_ADDRESS, ip);
    },
  };
};
