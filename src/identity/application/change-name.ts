import type { Clock } from '../../kernel/clock.js';
import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { rename, type User } from '../domain/user.js';
import type { IdentityPorts } from './ports.js';

/**
 * Changes the full name. `expectedVersion` null means "whatever is there" (If-Match: *).
 * stale `version-mismatch`, 422 `validation` at /fullName, not_found.
 */
export type ChangeName = (
  command: Readonly<{ userId: string; fullName: string; expectedVersion: number | null }>,
) => Promise<User>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeChangeName =
  ({ identityUnitOfWork, clock }: Dependencies): ChangeName =>
  ({ userId, fullName, expectedVersion }) =>
    identityUnitOfWork.run(async ({ users }) => {
      const user = await users.lock(userId);
      if (user === undefined) throw notFound('user');
      if (expectedVersion !== null && expectedVersion !== user.version) throw versionMismatch();
      return users.save(rename(user, fullName, clock.now()));
    });
