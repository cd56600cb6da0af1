import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { securityEvent } from '../domain/security-event.js';
import { assertNotLastAdmin, disable, isDisabled, type User } from '../domain/user.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Client, IdentityPorts } from './ports.js';

/**
 * Disables a user and ends the user's sessions in the same transaction. Does nothing if the user is disabled already.
 * not_found, stale `version-mismatch`, conflict `last-admin`.
 */
export type DisableUser = (
  command: Readonly<{
    actorId: string;
    userId: string;
    expectedVersion: ExpectedVersion;
    client: Client;
  }>,
) => Promise<User>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeDisableUser =
  ({ identityUnitOfWork, clock }: Dependencies): DisableUser =>
  ({ actorId, userId, expectedVersion, client }) =>
    identityUnitOfWork.run(async ({ users, sessions, securityLog }) => {
      const { user, activeAdmins } = await users.lockUserAndActiveAdmins(userId);
      if (user === undefined) throw notFound('user');
      assertVersion(user, expectedVersion);
      if (isDisabled(user)) return user;
      assertNotLastAdmin(user, activeAdmins);
      const now = clock.now();
      await sessions.endAll(userId, { reason: 'disabled', at: now });
      await securityLog.append(securityEvent('disabled', { userId, actorId, client }, now));
      return users.save(disable(user, now));
    });
