import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { invalidCredentials, unauthenticated } from '../domain/errors.js';
import { ownEvent } from '../domain/security-event.js';
import { setPassword } from '../domain/user.js';
import type { CheckPassword } from './password-policy.js';
import type { Client, IdentityPorts, Passwords, UserQueries } from './ports.js';
import type { Reauthenticate } from './reauthenticate.js';

/**
 * Sets a new password and ends the user's other sessions in the same transaction. A wrong current password is
 * 401 `invalid-credentials` and counts as a failed sign-in (429). 422 `validation` at /newPassword.
 */
export type ChangePassword = (
  command: Readonly<{
    userId: string;
    sessionId: string;
    currentPassword: string;
    newPassword: string;
    client: Client;
  }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  checkPassword: CheckPassword;
  passwords: Passwords;
  reauthenticate: Reauthenticate;
  clock: Clock;
}>;

export const makeChangePassword =
  ({
    identityUnitOfWork,
    userQueries,
    checkPassword,
    passwords,
    reauthenticate,
    clock,
  }: Dependencies): ChangePassword =>
  async ({ userId, sessionId, currentPassword, newPassword, client }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw unauthenticated();
    await checkPassword(newPassword, user.email, '/newPassword');
    await reauthenticate(user, currentPassword, client);
    const passwordHash = await passwords.hash(newPassword, { ip: client.ip, isKnown: true });

    await identityUnitOfWork.run(async ({ users, sessions, securityLog }) => {
      const now = clock.now();
      const held = await users.lock(userId);
      // A concurrent request changed the password after this one had verified it.
      if (held?.passwordHash !== user.passwordHash) throw invalidCredentials();
      await users.save(setPassword(held, passwordHash, now));
      await sessions.endAll(userId, { reason: 'password-changed', at: now, keepSessionId: sessionId });
      await securityLog.append(ownEvent('password-changed', userId, client, now));
    });
  };
