import { HOUR, MINUTE, SECOND } from '../../kernel/clock.js';
import { rateLimitKeys } from '../../platform/http/rate-limits/rate-limit-keys.js';
import type { RateLimitPolicy, RateLimits } from '../../platform/http/rate-limits/rate-limits.js';
import type { AskedMail, MailBudget } from '../application/ports.js';

type Policies = Readonly<{ perSource: RateLimitPolicy; perAddress: RateLimitPolicy }>;

const policiesOf = (mail: AskedMail, perAddress: Omit<RateLimitPolicy, 'name'>): Policies => ({
  perSource: { name: `${mail}-mail-source`, points: 2, windowSeconds: (15 * MINUTE) / SECOND },
  perAddress: { name: `${mail}-mail-address`, ...perAddress },
});

/**
 * Limits mails to an address for each requesting site, so that an attacker does not use up the owner's own limit, and in
 * total, so that many sites cannot fill a mailbox. Reset links are valid for an hour, so within 30 minutes of the last
 * mail the owner has a valid link. The mail of a registration confirms only that registration, so its total is larger.
 */
const POLICIES: Readonly<Record<AskedMail, Policies>> = {
  'password-reset': policiesOf('password-reset', { points: 6, windowSeconds: (30 * MINUTE) / SECOND }),
  registration: policiesOf('registration', { points: 30, windowSeconds: HOUR / SECOND }),
  'email-change': policiesOf('email-change', { points: 30, windowSeconds: HOUR / SECOND }),
};

export const makeMailBudget = ({
  rateLimits,
  config,
}: {
  rateLimits: RateLimits;
  config: Readonly<{ rateLimit: boolean }>;
}): MailBudget => ({
  async allows(mail, email, { ip }) {
    const { perSource, perAddress } = POLICIES[mail];
    const source = `${rateLimitKeys(ip).site} ${email}`;
    const [asked = 0] = await rateLimits.count([{ policy: perSource, key: source }]);
    const bySource = asked <= perSource.points;
    // A request over its site's limit is counted under another key, so that it causes the same work.
    const [sent = 0] = await rateLimits.count([
      { policy: perAddress, key: bySource ? email : `surplus ${source}` },
    ]);
    return (bySource && sent <= perAddress.points) || !config.rateLimit;
  },
});
