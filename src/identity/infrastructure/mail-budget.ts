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
 * Mails to one address by site that asks for them, so that one asking for another's mails does not use up that other's own,
 * and altogether, so that many sites cannot fill a mailbox. Reset links are good for an hour, so within 30 minutes of
 * the last mail its owner has a link that works. The mail of a registration opens only that registration, so there the
 * sum is larger.
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
    // A source that is over its share counts elsewhere, with the same work.
    const [sent = 0] = await rateLimits.count([
      { policy: perAddress, key: bySource ? email : `surplus ${source}` },
    ]);
    return (bySource && sent <= perAddress.points) || !config.rateLimit;
  },
});
