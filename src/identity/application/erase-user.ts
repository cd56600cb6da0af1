import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { retire } from '../domain/card.js';
import { unauthenticated } from '../domain/errors.js';
import { securityEvent } from '../domain/security-event.js';
import { assertNotLastAdmin, erase, type User } from '../domain/user.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { DETACH_CARD, MEMBER_ERASED } from './jobs.js';
import type { Client, IdentityPorts } from './ports.js';

/**
 * Erases a person. The row stays without name and address, because orders and ledger entries refer to it. Removes the
 * cards, ends the sessions, deletes pending registrations, resets and email changes, and enqueues the job that makes the
 * other contexts erase their data. not_found (`unauthenticated` for oneself if erased meanwhile), stale
 * `version-mismatch`, conflict `last-admin`.
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
