import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { invalidCredentials } from '../domain/errors.js';
import { securityEvent } from '../domain/security-event.js';
import type { User } from '../domain/user.js';
import type { Client, IdentityPorts, Passwords, SignInThrottle } from './ports.js';
import { throttled } from './throttled.js';

/**
 * Makes somebody who is signed in prove it once more. A wrong password is 401 `invalid-credentials`, is logged, and
 * counts like a failed sign-in (429).
 */
export type ProvePassword = (user: User, password: string, client: Client) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  passwords: Passwords;
  signInThrottle: SignInThrottle;
  clock: Clock;
}>;

export const makeProvePassword =
  ({ identityUnitOfWork, passwords, signInThrottle, clock }: Dependencies): ProvePassword =>
  (user, password, client) =>
    throttled(signInThrottle, { email: user.email, client }, async ({ ip }) => {
      if (await passwords.verify(password, user.passwordHash, { ip, isKnown: true })) return;
      const about = { userId: user.id, actorId: null, client };
      await identityUnitOfWork.runInNewTransaction(({ securityLog }) =>
        securityLog.append(securityEvent('password-refused', about, clock.now())),
      );
      throw invalidCredentials();
    });
