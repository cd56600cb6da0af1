import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { ownEvent } from '../domain/security-event.js';
import { endSession, isLive } from '../domain/session.js';
import type { Client, IdentityPorts } from './ports.js';

/** Ends one of the user's sessions; not_found if it is unknown, another user's or ended already. */
export type EndSession = (
  command: Readonly<{ userId: string; sessionId: string; client: Client }>,
) => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeEndSession =
  ({ identityUnitOfWork, clock }: Dependencies): EndSession =>
  ({ userId, sessionId, client }) =>
    identityUnitOfWork.run(async ({ sessions, securityLog }) => {
      const now = clock.now();
      const session = await sessions.lock(sessionId);
      if (session?.userId !== userId || !isLive(session, now)) throw notFound('session');
      await sessions.save(endSession(session, 'signed-out', now));
      await securityLog.append(ownEvent('signed-out', userId, client, now));
    });
