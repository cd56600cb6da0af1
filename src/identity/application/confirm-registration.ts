import type { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { invalidCredentials, tokenExpired, tokenUsed } from '../domain/errors.js';
import { endRegistration, type Registration, reserveAttempt, returnAttempt } from '../domain/registration.js';
import { assertPending } from '../domain/mail-token.js';
import { ownEvent } from '../domain/security-event.js';
import { newVerifiedUser, type User } from '../domain/user.js';
import type { Client, IdentityPorts, MailTokens, Passwords } from './ports.js';

/**
 * Creates the account. Requires the token from the mail and the password of the same registration, so that nobody confirms
 * a registration that another person started with their address. 422 `validation` at /token, 401 `invalid-credentials`,
 * 410 `token-used` (also after five wrong passwords, and for concurrent confirmations), 410 `token-expired`.
 */
export type ConfirmRegistration = (
  command: Readonly<{ token: string; password: string; client: Client }>,
) => Promise<User>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  mailTokens: MailTokens;
  passwords: Passwords;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeConfirmRegistration = ({
  identityUnitOfWork,
  mailTokens,
  passwords,
  clock,
  ids,
}: Dependencies): ConfirmRegistration => {
  /** Commits in a transaction of its own, so that the attempt stays counted although the call fails. */
  const countAttempt = (id: string): Promise<Registration> =>
    identityUnitOfWork.runInNewTransaction(async ({ registrations }) => {
      const held = await registrations.lock(id);
      if (held === undefined) throw tokenExpired(); // the token is authentic, so the row existed
      const counted = reserveAttempt(held, clock.now());
      await registrations.save(counted);
      return counted;
    });

  const uncountAttempt = (id: string): Promise<void> =>
    identityUnitOfWork.runInNewTransaction(async ({ registrations }) => {
      const held = await registrations.lock(id);
      if (held !== undefined) await registrations.save(returnAttempt(held));
    });

  async function verify(registration: Registration, password: string, ip: string): Promise<boolean> {
    try {
      return await passwords.verify(password, registration.passwordHash, { ip, isKnown: false });
    } catch (error) {
      await uncountAttempt(registration.id);
      throw error;
    }
  }

  return async ({ token, password, client }) => {
    const id = mailTokens.read('registration', token);
    if (id === undefined) throw invalidField('/token', 'This is not a token from a registration mail.');
    const registration = await countAttempt(id);
    if (!(await verify(registration, password, client.ip))) throw invalidCredentials();

    const userId = ids.next();
    return identityUnitOfWork.run(async ({ users, registrations, securityLog }) => {
      const now = clock.now();
      const rivals = await registrations.lockOpen(registration.email);
      const held = rivals.find((rival) => rival.id === id);
      if (held === undefined || held.passwordHash === null) throw tokenUsed();
      assertPending(held, now);
      const { email, fullName, passwordHash } = held;
      const user = newVerifiedUser({ id: userId, email, fullName, role: 'member', passwordHash }, now);
      try {
        await users.insert(user);
      } catch (error) {
        // A user with the address was created meanwhile. `email-taken` would reveal to a stranger that it is
        // registered.
        throw error instanceof DomainError && error.code === 'email-taken' ? tokenUsed() : error;
      }
      for (const rival of rivals)
        await registrations.save(endRegistration(rival, rival.id === id ? 'confirmed' : 'superseded', now));
      await securityLog.append(ownEvent('registered', userId, client, now));
      return user;
    });
  };
};
