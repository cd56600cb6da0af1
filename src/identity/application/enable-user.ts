import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { securityEvent } from '../domain/security-event.js';
import { enable, isDisabled, type User } from '../domain/user.js';
import { assertVersion } from '../../kernel/expected-version.js';
import type { DisableUser } from './disable-user.js';
import type { IdentityPorts } from './ports.js';

/** Enables a disabled user, who has to sign in again. not_found, stale `version-mismatch`. */
export type EnableUser = (command: Parameters<DisableUser>[0]) => Promise<User>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeEnableUser =
  ({ identityUnitOfWork, clock }: Dependencies): EnableUser =>
  ({ actorId, userId, expectedVersion, client }) =>
    identityUnitOfWork.run(async ({ users, securityLog }) => {
      const user = await users.lock(userId);
      if (user === undefined) throw notFound('user');
      assertVersion(user, expectedVersion);
      if (!isDisabled(user)) return user;
      const now = clock.now();
      await securityLog.append(securityEvent('enabled', { userId, actorId, client }, now));
      return users.save(enable(user, now));
    });
