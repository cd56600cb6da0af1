import type { Clock } from '../../kernel/clock.js';
import type { Mailer } from '../../kernel/mail.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { endRegistration } from '../domain/registration.js';
import type { IdentityPorts, MailTokens, UserQueries } from './ports.js';
import { alreadyRegisteredMail, confirmationMail } from './registration-mails.js';

/**
 * The mail job of a registration: a link to a new address, "you already have an account" to a registered one.
 * A retry sends the same mail with the same id.
 */
export type SendRegistrationMail = (
  job: Readonly<{ jobId: string; registrationId: string; silent?: boolean }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  mailTokens: MailTokens;
  mailer: Mailer;
  publicUrl: string;
  clock: Clock;
}>;

export const makeSendRegistrationMail =
  ({
    identityUnitOfWork,
    userQueries,
    mailTokens,
    mailer,
    publicUrl,
    clock,
  }: Dependencies): SendRegistrationMail =>
  async ({ jobId, registrationId, silent = false }) => {
    if (silent) return;
    const registration = await identityUnitOfWork.run(({ registrations }) =>
      registrations.find(registrationId),
    );
    const now = clock.now();
    if (registration?.endedAt !== null || registration.expiresAt <= now) return;

    const known = (await userQueries.findByEmail(registration.email)) !== undefined;
    const mail = known
      ? alreadyRegisteredMail(publicUrl)
      : confirmationMail(publicUrl, mailTokens.mint('registration', registrationId));
    await mailer.send({ id: jobId, to: registration.email, ...mail });
    if (!known) return;

    // Ended after the mail was sent, so that a failed delivery is retried.
    await identityUnitOfWork.run(async ({ registrations }) => {
      const held = await registrations.lock(registrationId);
      if (held !== undefined) await registrations.save(endRegistration(held, 'known-address', now));
    });
  };
