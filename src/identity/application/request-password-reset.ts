import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { newPasswordReset } from '../domain/password-reset.js';
import { PASSWORD_RESET_MAIL } from './jobs.js';
import type { Client, IdentityPorts, MailBudget, MailSpread } from './ports.js';

/**
 * Queues a reset mail without looking the address up, so the response does not reveal whether it is registered. If enough
 * mails went to the address lately, the job sends none: the links in those mails are still valid.
 * 422 `validation`.
 */
export type RequestPasswordReset = (command: Readonly<{ email: string; client: Client }>) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  mailBudget: MailBudget;
  mailSpread: MailSpread;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRequestPasswordReset =
  ({ identityUnitOfWork, mailBudget, mailSpread, clock, ids }: Dependencies): RequestPasswordReset =>
  async (command) => {
    const email = parseEmail(command.email);
    const mayMail = await mailBudget.allows('password-reset', email, command.client);
    const now = clock.now();
    const reset = newPasswordReset({ id: ids.next(), email }, now);
    const job = { kind: PASSWORD_RESET_MAIL, payload: { resetId: reset.id, silent: !mayMail } };
    await identityUnitOfWork.run(async ({ passwordResets, outbox }) => {
      await passwordResets.insert(reset);
      await outbox.append(mailSpread.delay(job, now));
    });
  };
