import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { ownEvent } from '../domain/security-event.js';
import type { Client, IdentityPorts } from './ports.js';

/** Ends all sessions of the user except the calling one. */
export type EndOtherSessions = (
  command: Readonly<{ userId: string; keepSessionId: string; client: Client }>,
) => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeEndOtherSessions =
  ({ identityUnitOfWork, clock }: Dependencies): EndOtherSessions =>
  ({ userId, keepSessionId, client }) =>
    identityUnitOfWork.run(async ({ users, sessions, securityLog }) => {
      const now = clock.now();
      await users.lock(userId); // so that a sign-in is either before and ended, or after and kept
      await sessions.endAll(userId, { reason: 'revoked', at: now, keepSessionId });
      await securityLog.append(ownEvent('sessions-revoked', userId, client, now));
    });
