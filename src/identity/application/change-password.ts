import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { invalidCredentials } from '../domain/errors.js';
import { setPassword } from '../domain/user.js';
import type { CheckPassword } from './password-policy.js';
import type { Client, IdentityPorts, Passwords, SignInThrottle, UserQueries } from './ports.js';
import { throttled } from './throttled.js';

/**
 * Sets a new password and ends the user's other sessions in the same transaction. A wrong current password is
 * 401 `invalid-credentials` and counts like a failed sign-in (429). 422 `validation` at /newPassword.
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
  signInThrottle: SignInThrottle;
  clock: Clock;
}>;

export const makeChangePassword =
  ({
    identityUnitOfWork,
    userQueries,
    checkPassword,
    passwords,
    signInThrottle,
    clock,
  }: Dependencies): ChangePassword =>
  async ({ userId, sessionId, currentPassword, newPassword, client }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw notFound('user');
    await checkPassword(newPassword, user.email, '/newPassword');
    await throttled(signInThrottle, { email: user.email, ip: client.ip }, async () => {
      if (!(await passwords.verify(currentPassword, user.passwordHash))) throw invalidCredentials();
    });
    const passwordHash = await passwords.hash(newPassword);

    await identityUnitOfWork.run(async ({ users, sessions }) => {
      const now = clock.now();
      const held = await users.lock(userId);
      // Somebody changed it first: the password that was verified is not the current one any more.
      if (held?.passwordHash !== user.passwordHash) throw invalidCredentials();
      await users.save(setPassword(held, passwordHash, now));
      await sessions.endAll(userId, { reason: 'password-changed', at: now, keepSessionId: sessionId });
    });
  };
