import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { invalidCredentials } from '../domain/errors.js';
import { securityEvent } from '../domain/security-event.js';
import type { User } from '../domain/user.js';
import type { Client, IdentityPorts, Passwords, SignInThrottle } from './ports.js';
import { throttled } from './throttled.js';

/**
 * Checks the password of a signed-in user again. A wrong password is 401 `invalid-credentials`, is logged, and counts as a
 * failed sign-in (429).
 */
export type Reauthenticate = (user: User, password: string, client: Client) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  passwords: Passwords;
  signInThrottle: SignInThrottle;
  clock: Clock;
}>;

export const makeReauthenticate =
  ({ identityUnitOfWork, passwords, signInThrottle, clock }: Dependencies): Reauthenticate =>
  (user, password, client) =>
    throttled(signInThrottle, { email: user.email, client }, async ({ ip }) => {
      if (await passwords.verify(password, user.passwordHash, { ip, isKnown: true })) return;
      const about = { userId: user.id, actorId: null, client };
      await identityUnitOfWork.runInNewTransaction(({ securityLog }) =>
        securityLog.append(securityEvent('password-refused', about, clock.now())),
      );
      throw invalidCredentials();
    });
