import type { Clock } from '../../kernel/clock.js';
import type { Mailer } from '../../kernel/mail.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assignReset, endReset } from '../domain/password-reset.js';
import { isDisabled } from '../domain/user.js';
import { invitationMail } from './invitation-mail.js';
import { passwordResetMail } from './password-reset-mail.js';
import type { IdentityPorts, MailTokens, UserQueries } from './ports.js';

/** The mail job of a password reset or an invitation: mails the link if the address belongs to an active user. */
export type SendPasswordResetMail = (
  job: Readonly<{ jobId: string; resetId: string; silent?: boolean }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  mailTokens: MailTokens;
  mailer: Mailer;
  publicUrl: string;
  clock: Clock;
}>;

export const makeSendPasswordResetMail = ({
  identityUnitOfWork,
  userQueries,
  mailTokens,
  mailer,
  publicUrl,
  clock,
}: Dependencies): SendPasswordResetMail => {
  /** Assigns the reset to the user of the address; false if there is none. */
  async function prepare(resetId: string, email: string): Promise<boolean> {
    const user = await userQueries.findByEmail(email);
    return identityUnitOfWork.run(async ({ passwordResets }) => {
      const held = await passwordResets.lock(resetId);
      if (held?.endedAt !== null) return false;
      if (user === undefined || isDisabled(user)) {
        await passwordResets.save(endReset(held, 'unknown-address', clock.now()));
        return false;
      }
      await passwordResets.save(assignReset(held, user.id));
      return true;
    });
  }

  return async ({ jobId, resetId, silent = false }) => {
    if (silent) return;
    const reset = await identityUnitOfWork.run(({ passwordResets }) => passwordResets.find(resetId));
    if (reset?.endedAt !== null || reset.expiresAt <= clock.now()) return;
    if (!(await prepare(resetId, reset.email))) return;
    const write = reset.kind === 'invitation' ? invitationMail : passwordResetMail;
    const { subject, text } = write(publicUrl, mailTokens.mint('password-reset', resetId));
    await mailer.send({ id: jobId, to: reset.email, subject, text });
  };
};
