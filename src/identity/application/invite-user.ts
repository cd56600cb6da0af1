import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { notAllowed } from '../domain/errors.js';
import { newInvitation } from '../domain/password-reset.js';
import { securityEvent } from '../domain/security-event.js';
import { mayManage, newInvitedUser, parseFullName, type Role, type User } from '../domain/user.js';
import { PASSWORD_RESET_MAIL } from './jobs.js';
import type { Actor, Client, IdentityPorts } from './ports.js';

/**
 * Creates a user without a password and mails an invitation to set one within seven days.
 * `forbidden` if staff invite staff or admins, conflict `email-taken`, 422 `validation`.
 */
export type InviteUser = (
  command: Readonly<{ actor: Actor; email: string; fullName: string; role: Role; client: Client }>,
) => Promise<User>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeInviteUser =
  ({ identityUnitOfWork, clock, ids }: Dependencies): InviteUser =>
  async ({ actor, role, client, ...person }) => {
    if (!mayManage(actor.role, role)) throw notAllowed('Only admins make staff and admins.');
    const email = parseEmail(person.email);
    const fullName = parseFullName(person.fullName);
    const now = clock.now();
    const user = newInvitedUser({ id: ids.next(), email, fullName, role }, now);
    const invitation = newInvitation({ id: ids.next(), email, userId: user.id }, now);
    return identityUnitOfWork.run(async ({ users, passwordResets, securityLog, outbox }) => {
      await users.insert(user);
      await passwordResets.insert(invitation);
      await outbox.append({ kind: PASSWORD_RESET_MAIL, payload: { resetId: invitation.id } });
      const about = { userId: user.id, actorId: actor.userId, client };
      await securityLog.append(securityEvent('invited', about, now));
      return user;
    });
  };
