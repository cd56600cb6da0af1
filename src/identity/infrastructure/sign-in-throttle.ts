import { setTimeout as sleep } from 'node:timers/promises';
import { DAY, MINUTE, SECOND } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import { rateLimitKeys } from '../../platform/http/rate-limits/rate-limit-keys.js';
import type {
  RateLimitCounter,
  RateLimitPolicy,
  RateLimits,
} from '../../platform/http/rate-limits/rate-limits.js';
import type { Admission, Client, SignInThrottle } from '../application/ports.js';
import { makeAttemptGate } from './attempt-gate.js';

const WINDOW_SECONDS = (15 * MINUTE) / SECOND;

/** Failures for one account from one network. */
const PERSON: RateLimitPolicy = { name: 'sign-in-person', points: 20, windowSeconds: WINDOW_SECONDS };
/** Failures for any account from one network. Beyond it the network is slowed down to NETWORK_PACE, never blocked. */
const NETWORK: RateLimitPolicy = { name: 'sign-in-network', points: 200, windowSeconds: WINDOW_SECONDS };
const NETWORK_PACE: RateLimitPolicy = { name: 'sign-in-network-pace', points: 10, windowSeconds: 10 };
/** Failures for any account from all networks of one /48. */
const SITE: RateLimitPolicy = { name: 'sign-in-site', points: 600, windowSeconds: WINDOW_SECONDS };
const SITE_PACE: RateLimitPolicy = { name: 'sign-in-site-pace', points: 20, windowSeconds: 10 };
/** Failures for one account from any network. Beyond it each attempt is delayed. */
const ACCOUNT: RateLimitPolicy = { name: 'sign-in-account', points: 100, windowSeconds: WINDOW_SECONDS };

/** A device that signed in to this account before has a limit of its own when the others are exhausted. */
const KNOWN_DEVICE: RateLimitPolicy = {
  name: 'sign-in-known-device',
  points: 1,
  windowSeconds: (60 * DAY) / SECOND,
};
const DEVICE: RateLimitPolicy = { name: 'sign-in-device', points: 20, windowSeconds: WINDOW_SECONDS };

const DELAY_A_FAILURE_MS = 15;
const MAX_DELAY_MS = 1_500;
/** Every refusal takes this long, so that its duration does not reveal whether a password was checked. */
const REFUSAL_MS = 500;

type Verdict =
  | Readonly<{ counters: readonly RateLimitCounter[]; delayMs: number }>
  | Readonly<{ retryAfterSeconds: number }>;

const tooMany = (retryAfterSeconds: number): DomainError =>
  new DomainError('rate_limited', 'rate-limited', 'Too many failed sign-ins; try again later.', {
    retryAfterSeconds,
  });

/**
 * Limits failed sign-ins by account and network together, the only limit that refuses, and by network, by site and by
 * account, which delay. A known device signed in to this account before: same network and same user agent (like the device
 * cookies of OWASP, without a cookie). Its right password is accepted even when all limits are exhausted. Its wrong ones count
 * and get the same response as those of unknown devices, so that the response does not reveal known devices.
 * The platform stores digests of the keys only.
 */
export function makeSignInThrottle({
  rateLimits,
  config,
}: {
  rateLimits: RateLimits;
  config: Readonly<{ rateLimit: boolean }>;
}): SignInThrottle {
  const gate = makeAttemptGate();

  /** Takes a point of every limit, or of none. */
  async function judge(email: string, ip: string): Promise<Verdict> {
    const { network, site } = rateLimitKeys(ip);
    const person = { policy: PERSON, key: `${network} ${email}` };
    const taken = await rateLimits.take(PERSON, person.key);
    if (!taken.allowed) return { retryAfterSeconds: taken.resetSeconds };
    const tiers = [
      { policy: ACCOUNT, key: email },
      { policy: NETWORK, key: network },
      ...(site === network ? [] : [{ policy: SITE, key: site }]),
    ];
    const counters = [person, ...tiers];
    const [ofAccount = 0, ofNetwork = 0, ofSite = 0] = await rateLimits.count(tiers);
    if (!config.rateLimit) return { counters, delayMs: 0 };
    const paces = [
      ...(ofNetwork > NETWORK.points ? [{ policy: NETWORK_PACE, key: network }] : []),
      ...(ofSite > SITE.points ? [{ policy: SITE_PACE, key: site }] : []),
    ];
    for (const { policy, key } of paces) {
      const pace = await rateLimits.take(policy, key);
      if (pace.allowed) continue;
      await rateLimits.refund(counters);
      return { retryAfterSeconds: pace.resetSeconds };
    }
    return {
      counters,
      delayMs: Math.min(MAX_DELAY_MS, Math.max(0, ofAccount - ACCOUNT.points) * DELAY_A_FAILURE_MS),
    };
  }

  async function admit(email: string, { ip, userAgent }: Client): Promise<Admission> {
    const startedAtMs = performance.now();
    const { network } = rateLimitKeys(ip);
    const device = `${network} ${email} ${userAgent}`;
    const isKnown = (await rateLimits.read({ policy: KNOWN_DEVICE, key: device })) > 0;
    const refuse = async (retryAfterSeconds: number): Promise<never> => {
      await sleep(Math.max(0, REFUSAL_MS - (performance.now() - startedAtMs)));
      throw tooMany(retryAfterSeconds);
    };
    const succeed = async (counters: readonly RateLimitCounter[]): Promise<void> => {
      await rateLimits.refund(counters);
      if (!isKnown) await rateLimits.count([{ policy: KNOWN_DEVICE, key: device }]);
    };

    const { outcome: verdict, leave } = await gate.enter(
      `${network} ${email}`,
      () => judge(email, ip),
      (judged) => 'counters' in judged,
    );
    if ('counters' in verdict) {
      const { counters, delayMs } = verdict;
      if (!isKnown) await sleep(delayMs);
      return {
        isKnown,
        succeed: () => succeed(counters).finally(leave),
        async fail() {
          leave();
          // An unknown device was delayed before the password was checked.
          if (isKnown) await sleep(delayMs);
        },
        withdraw: () => rateLimits.refund(counters).finally(leave),
      };
    }

    const { retryAfterSeconds } = verdict;
    if (!isKnown) return refuse(retryAfterSeconds);
    const own = await rateLimits.take(DEVICE, device);
    if (!own.allowed) return refuse(retryAfterSeconds);
    const counters = [{ policy: DEVICE, key: device }];
    return {
      isKnown,
      succeed: () => succeed(counters),
      fail: () => refuse(retryAfterSeconds),
      withdraw: () => rateLimits.refund(counters),
    };
  }

  return { admit };
}
