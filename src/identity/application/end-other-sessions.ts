import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { IdentityPorts } from './ports.js';

/** Ends every session of the user but the one that asks. */
export type EndOtherSessions = (
  command: Readonly<{ userId: string; keepSessionId: string }>,
) => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeEndOtherSessions =
  ({ identityUnitOfWork, clock }: Dependencies): EndOtherSessions =>
  ({ userId, keepSessionId }) =>
    identityUnitOfWork.run(async ({ users, sessions }) => {
      await users.lock(userId); // so that a sign-in is either before and ended, or after and kept
      await sessions.endAll(userId, { reason: 'revoked', at: clock.now(), keepSessionId });
    });
