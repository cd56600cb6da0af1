import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { newEmailChange } from '../domain/email-change.js';
import { unauthenticated } from '../domain/errors.js';
import { ownEvent } from '../domain/security-event.js';
import { EMAIL_CHANGE_MAIL, EMAIL_CHANGE_NOTICE } from './jobs.js';
import type { Client, IdentityPorts, MailBudget, MailSpread, UserQueries } from './ports.js';
import type { Reauthenticate } from './reauthenticate.js';

/**
 * Queues a mail with a link to the new address and a notice to the old one, without looking the new address up, so the
 * response does not reveal whether it is registered. 401 `invalid-credentials`, 429, 422 `validation` at /newEmail.
 */
export type RequestEmailChange = (
  command: Readonly<{ userId: string; newEmail: string; password: string; client: Client }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  reauthenticate: Reauthenticate;
  mailBudget: MailBudget;
  mailSpread: MailSpread;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRequestEmailChange =
  ({
    identityUnitOfWork,
    userQueries,
    reauthenticate,
    mailBudget,
    mailSpread,
    clock,
    ids,
  }: Dependencies): RequestEmailChange =>
  async ({ userId, password, client, ...wish }) => {
    const newEmail = parseEmail(wish.newEmail, '/newEmail');
    const user = await userQueries.find(userId);
    if (user === undefined) throw unauthenticated();
    await reauthenticate(user, password, client);
    if (newEmail === user.email) throw invalidField('/newEmail', 'This is your address already.');
    const mayMail = await mailBudget.allows('email-change', newEmail, client);
    const now = clock.now();
    const change = newEmailChange({ id: ids.next(), userId, oldEmail: user.email, newEmail }, now);
    await identityUnitOfWork.run(async ({ users, emailChanges, securityLog, outbox }) => {
      if ((await users.lock(userId)) === undefined) throw unauthenticated();
      await emailChanges.insert(change);
      await securityLog.append(ownEvent('email-change-requested', userId, client, now));
      await outbox.append(
        mailSpread.delay(
          { kind: EMAIL_CHANGE_MAIL, payload: { changeId: change.id, silent: !mayMail } },
          now,
        ),
        { kind: EMAIL_CHANGE_NOTICE, payload: { changeId: change.id, changed: false } },
      );
    });
  };
