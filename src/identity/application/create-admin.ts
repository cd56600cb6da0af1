import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { newVerifiedUser, parseFullName, type User } from '../domain/user.js';
import type { CheckPassword } from './password-policy.js';
import type { IdentityPorts, Passwords } from './ports.js';

/** Creates an admin with an address that counts as verified. conflict `email-taken`, 422 `validation`. */
export type CreateAdmin = (
  command: Readonly<{ email: string; fullName: string; password: string }>,
) => Promise<User>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  checkPassword: CheckPassword;
  passwords: Passwords;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeCreateAdmin =
  ({ identityUnitOfWork, checkPassword, passwords, clock, ids }: Dependencies): CreateAdmin =>
  async (command) => {
    const email = parseEmail(command.email);
    const fullName = parseFullName(command.fullName);
    await checkPassword(command.password, email, '/password');
    const passwordHash = await passwords.hash(command.password, { ip: '', isKnown: true });
    const admin = newVerifiedUser(
      { id: ids.next(), email, fullName, role: 'admin', passwordHash },
      clock.now(),
    );
    return identityUnitOfWork.run(async ({ users }) => {
      await users.insert(admin);
      return admin;
    });
  };
