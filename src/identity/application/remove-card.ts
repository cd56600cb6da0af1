import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { removeCard } from '../domain/card.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { DETACH_CARD } from './jobs.js';
import type { IdentityPorts } from './ports.js';

/**
 * Removes a card. If it was the default, the newest card that has not expired becomes the default. A job deletes the token
 * at the gateway. not_found, stale `version-mismatch`.
 */
export type RemoveCard = (
  command: Readonly<{ userId: string; cardId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeRemoveCard =
  ({ identityUnitOfWork, clock }: Dependencies): RemoveCard =>
  ({ userId, cardId, expectedVersion }) =>
    identityUnitOfWork.run(async ({ users, cards, outbox }) => {
      await users.lock(userId);
      const held = await cards.of(userId);
      const card = held.find(({ id }) => id === cardId);
      if (card === undefined) throw notFound('card');
      assertVersion(card, expectedVersion);
      for (const each of removeCard(held, card, clock.now())) await cards.save(each);
      await outbox.append({ kind: DETACH_CARD, payload: { cardId } });
    });
