import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { securityEvent } from '../domain/security-event.js';
import { assertNotLastAdmin, changeRole, type Role, type User } from '../domain/user.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Client, IdentityPorts } from './ports.js';

/**
 * Gives a user another role, effective from the user's next request on: every request reads the role. Does nothing if
 * the user has the role already. not_found, stale `version-mismatch`, conflict `last-admin`.
 */
export type ChangeRole = (
  command: Readonly<{
    actorId: string;
    userId: string;
    role: Role;
    expectedVersion: ExpectedVersion;
    client: Client;
  }>,
) => Promise<User>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeChangeRole =
  ({ identityUnitOfWork, clock }: Dependencies): ChangeRole =>
  ({ actorId, userId, role, expectedVersion, client }) =>
    identityUnitOfWork.run(async ({ users, securityLog }) => {
      const { user, activeAdmins } = await users.lockUserAndActiveAdmins(userId);
      if (user === undefined) throw notFound('user');
      assertVersion(user, expectedVersion);
      if (user.role === role) return user;
      assertNotLastAdmin(user, activeAdmins);
      const now = clock.now();
      await securityLog.append(securityEvent('role-changed', { userId, actorId, client }, now));
      return users.save(changeRole(user, role, now));
    });
