import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { tokenExpired, tokenUsed } from '../domain/errors.js';
import { endReset, type PasswordReset } from '../domain/password-reset.js';
import { assertPending } from '../domain/mail-token.js';
import { securityEvent } from '../domain/security-event.js';
import { isDisabled, setPassword, verifyEmail } from '../domain/user.js';
import type { CheckPassword } from './password-policy.js';
import type { Client, IdentityPorts, MailTokens, Passwords } from './ports.js';

/**
 * Sets a new password with the token from the mail, which also verifies the address. Ends all sessions and other resets of
 * the user. 422 `validation` at /token or /newPassword, 410 `token-used` or `token-expired`.
 */
export type ConfirmPasswordReset = (
  command: Readonly<{ token: string; newPassword: string; client: Client }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  checkPassword: CheckPassword;
  mailTokens: MailTokens;
  passwords: Passwords;
  clock: Clock;
}>;

export const makeConfirmPasswordReset = ({
  identityUnitOfWork,
  checkPassword,
  mailTokens,
  passwords,
  clock,
}: Dependencies): ConfirmPasswordReset => {
  /** Checks the token before the slow hash, so that an invalid one causes no work. */
  async function waiting(id: string): Promise<PasswordReset & { readonly userId: string }> {
    const reset = await identityUnitOfWork.runInNewTransaction(({ passwordResets }) =>
      passwordResets.find(id),
    );
    if (reset === undefined) throw tokenExpired();
    assertPending(reset, clock.now());
    if (reset.userId === null) throw tokenUsed(); // its mail was never sent
    return reset as PasswordReset & { readonly userId: string };
  }

  return async ({ token, newPassword, client }) => {
    const id = mailTokens.read('password-reset', token);
    if (id === undefined) throw invalidField('/token', 'This is not a token from a password mail.');
    const reset = await waiting(id); // from here on, the caller has read the mail
    await checkPassword(newPassword, reset.email, '/newPassword');
    const passwordHash = await passwords.hash(newPassword, { ip: client.ip, isKnown: true });

    await identityUnitOfWork.run(async ({ users, passwordResets, sessions, securityLog }) => {
      const now = clock.now();
      const user = await users.lock(reset.userId); // first, so that two resets of one user cannot deadlock
      const open = await passwordResets.lockOpen(reset.userId);
      const held = open.find((other) => other.id === id);
      if (user === undefined || isDisabled(user) || held === undefined) throw tokenUsed();
      assertPending(held, now);
      await users.save(setPassword(verifyEmail(user, now), passwordHash, now));
      for (const other of open)
        await passwordResets.save(endReset(other, other.id === id ? 'used' : 'superseded', now));
      await sessions.endAll(user.id, { reason: 'password-reset', at: now });
      const about = { userId: user.id, actorId: null, client };
      await securityLog.append(securityEvent('password-reset', about, now));
    });
  };
};
