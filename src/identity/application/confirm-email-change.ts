import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { endEmailChange } from '../domain/email-change.js';
import { assertPending } from '../domain/mail-token.js';
import { tokenExpired, tokenUsed, unauthenticated } from '../domain/errors.js';
import { endReset } from '../domain/password-reset.js';
import { ownEvent } from '../domain/security-event.js';
import { changeEmail, type User } from '../domain/user.js';
import { EMAIL_CHANGE_NOTICE } from './jobs.js';
import type { Client, IdentityPorts, MailTokens } from './ports.js';

/**
 * Changes the user's address to the one that received the token. Ends the user's other email changes and the password
 * resets that were mailed to the old address. 422 `validation` at /token, also for another user's token; 410 `token-used`,
 * `token-expired`; conflict `email-taken` if another user has got the address meanwhile.
 */
export type ConfirmEmailChange = (
  command: Readonly<{ userId: string; token: string; client: Client }>,
) => Promise<User>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  mailTokens: MailTokens;
  clock: Clock;
}>;

const notYours = () => invalidField('/token', 'This is not a token from a mail about your address.');

export const makeConfirmEmailChange =
  ({ identityUnitOfWork, mailTokens, clock }: Dependencies): ConfirmEmailChange =>
  async ({ userId, token, client }) => {
    const id = mailTokens.read('email-change', token);
    if (id === undefined) throw notYours();
    return identityUnitOfWork.run(async ({ users, passwordResets, emailChanges, securityLog, outbox }) => {
      const now = clock.now();
      const user = await users.lock(userId);
      if (user === undefined) throw unauthenticated();
      const wanted = await emailChanges.find(id);
      if (wanted === undefined) throw tokenExpired(); // the token is authentic, so the row existed
      if (wanted.userId !== userId) throw notYours();
      assertPending(wanted, now);
      const resets = await passwordResets.lockOpen(userId);
      const open = await emailChanges.lockOpen(userId);
      if (!open.some((change) => change.id === id)) throw tokenUsed();
      for (const reset of resets) await passwordResets.save(endReset(reset, 'superseded', now));
      for (const change of open)
        await emailChanges.save(endEmailChange(change, change.id === id ? 'confirmed' : 'superseded', now));
      await securityLog.append(ownEvent('email-changed', userId, client, now));
      await outbox.append({ kind: EMAIL_CHANGE_NOTICE, payload: { changeId: id, changed: true } });
      return users.save(changeEmail(user, wanted.newEmail, now));
    });
  };
