import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { notAllowed } from '../domain/errors.js';
import { mayManage, rename, type User } from '../domain/user.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Actor, IdentityPorts } from './ports.js';

/**
 * Changes a user's full name. not_found; `forbidden` if staff rename other staff or admins;
 * stale `version-mismatch`; 422 `validation` at /fullName.
 */
export type RenameUser = (
  command: Readonly<{ actor: Actor; userId: string; fullName: string; expectedVersion: ExpectedVersion }>,
) => Promise<User>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeRenameUser =
  ({ identityUnitOfWork, clock }: Dependencies): RenameUser =>
  ({ actor, userId, fullName, expectedVersion }) =>
    identityUnitOfWork.run(async ({ users }) => {
      const user = await users.lock(userId);
      if (user === undefined) throw notFound('user');
      if (user.id !== actor.userId && !mayManage(actor.role, user.role))
        throw notAllowed('Only admins change the names of staff and admins.');
      assertVersion(user, expectedVersion);
      return users.save(rename(user, fullName, clock.now()));
    });
