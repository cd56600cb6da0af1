import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { newRegistration } from '../domain/registration.js';
import { parseFullName } from '../domain/user.js';
import { REGISTRATION_MAIL } from './jobs.js';
import type { CheckPassword } from './password-policy.js';
import type { Client, IdentityPorts, MailBudget, MailSpread, Passwords } from './ports.js';

/**
 * Stores a registration and queues its mail, without looking the address up: neither the response nor its time reveals
 * whether the address is registered. The members of a clinic are health data. 422 `validation`.
 */
export type RequestRegistration = (
  command: Readonly<{ email: string; password: string; fullName: string; client: Client }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  checkPassword: CheckPassword;
  passwords: Passwords;
  mailBudget: MailBudget;
  mailSpread: MailSpread;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRequestRegistration =
  ({
    identityUnitOfWork,
    checkPassword,
    passwords,
    mailBudget,
    mailSpread,
    clock,
    ids,
  }: Dependencies): RequestRegistration =>
  async ({ client, ...command }) => {
    const email = parseEmail(command.email);
    const fullName = parseFullName(command.fullName);
    await checkPassword(command.password, email, '/password');
    const passwordHash = await passwords.hash(command.password, { ip: client.ip, isKnown: false });
    const mayMail = await mailBudget.allows('registration', email, client);
    const now = clock.now();
    const registration = newRegistration({ id: ids.next(), email, fullName, passwordHash }, now);
    const job = {
      kind: REGISTRATION_MAIL,
      payload: { registrationId: registration.id, silent: !mayMail },
    };
    await identityUnitOfWork.run(async ({ registrations, outbox }) => {
      await registrations.insert(registration);
      await outbox.append(mailSpread.delay(job, now));
    });
  };
