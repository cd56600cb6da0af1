import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { retire } from '../domain/card.js';
import { unauthenticated } from '../domain/errors.js';
import { securityEvent } from '../domain/security-event.js';
import { assertNotLastAdmin, erase, type User } from '../domain/user.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import { DETACH_CARD, MEMBER_ERASED } from './jobs.js';
import type { Client, IdentityPorts } from './ports.js';

/**
 * Forgets a person. The row stays without name and address, for orders and books refer to it; the cards go, every
 * session ends, what was still open in their name is deleted, and the other contexts are told by a job. not_found (`unauthenticated` to oneself, who has just
 * been erased), stale `version-mismatch`, conflict `last-admin`.
 */
export type EraseUser = (
  command: Readonly<{
    actorId: string;
    userId: string;
    expectedVersion: ExpectedVersion;
    client: Client;
  }>,
) => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

async function forgetAll(ports: IdentityPorts, { id: userId, email }: User, now: Date): Promise<void> {
  await ports.registrations.forget(email);
  await ports.passwordResets.forget({ userId, email });
  await ports.emailChanges.forget(userId);
  for (const card of await ports.cards.of(userId)) {
    await ports.cards.save(retire(card, now));
    await ports.outbox.append({ kind: DETACH_CARD, payload: { cardId: card.id } });
  }
  await ports.sessions.endAll(userId, { reason: 'erased', at: now });
  await ports.outbox.append({ kind: MEMBER_ERASED, payload: { userId } });
}

export const makeEraseUser =
  ({ identityUnitOfWork, clock }: Dependencies): EraseUser =>
  ({ actorId, userId, expectedVersion, client }) =>
    identityUnitOfWork.run(async (ports) => {
      const { user, activeAdmins } = await ports.users.lockUserAndActiveAdmins(userId);
      if (user === undefined) throw userId === actorId ? unauthenticated() : notFound('user');
      assertVersion(user, expectedVersion);
      assertNotLastAdmin(user, activeAdmins);
      const now = clock.now();
      await forgetAll(ports, user, now);
      await ports.users.save(erase(user, now));
      await ports.securityLog.append(securityEvent('erased', { userId, actorId, client }, now));
    });
