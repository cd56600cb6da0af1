import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { unauthenticated } from '../domain/errors.js';
import { rename, type User } from '../domain/user.js';
import { assertVersion } from '../../kernel/expected-version.js';
import type { IdentityPorts } from './ports.js';

/**
 * Changes the caller's own full name. stale `version-mismatch`, 422 `validation` at /fullName;
 * `unauthenticated` if the account was erased meanwhile.
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
      if (user === undefined) throw unauthenticated();
      assertVersion(user, expectedVersion);
      return users.save(rename(user, fullName, clock.now()));
    });
