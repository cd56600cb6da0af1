import type { Clock } from '../../kernel/clock.js';
import type { Mailer } from '../../kernel/mail.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { endEmailChange } from '../domain/email-change.js';
import { addressInUseMail, emailChangeMail } from './email-change-mails.js';
import type { IdentityPorts, MailTokens, UserQueries } from './ports.js';

/** The mail job of an email change: a link to a new address, "you already have an account" to a registered one. */
export type SendEmailChangeMail = (
  job: Readonly<{ jobId: string; changeId: string; silent?: boolean }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  mailTokens: MailTokens;
  mailer: Mailer;
  publicUrl: string;
  clock: Clock;
}>;

export const makeSendEmailChangeMail =
  ({
    identityUnitOfWork,
    userQueries,
    mailTokens,
    mailer,
    publicUrl,
    clock,
  }: Dependencies): SendEmailChangeMail =>
  async ({ jobId, changeId, silent = false }) => {
    if (silent) return;
    const change = await identityUnitOfWork.run(({ emailChanges }) => emailChanges.find(changeId));
    const now = clock.now();
    if (change?.endedAt !== null || change.expiresAt <= now) return;

    const known = (await userQueries.findByEmail(change.newEmail)) !== undefined;
    const mail = known
      ? addressInUseMail()
      : emailChangeMail(publicUrl, mailTokens.mint('email-change', changeId));
    await mailer.send({ id: jobId, to: change.newEmail, ...mail });
    if (!known) return;

    // Ended after the mail was sent, so that a failed delivery is retried.
    await identityUnitOfWork.run(async ({ emailChanges }) => {
      const held = await emailChanges.lock(changeId);
      if (held !== undefined) await emailChanges.save(endEmailChange(held, 'known-address', now));
    });
  };
