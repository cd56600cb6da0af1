import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { type Card, chooseDefault } from '../domain/card.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { IdentityPorts } from './ports.js';

/** Makes one of the user's cards the default. not_found, stale `version-mismatch`. */
export type ChooseDefaultCard = (
  command: Readonly<{ userId: string; cardId: string; expectedVersion: ExpectedVersion }>,
) => Promise<Card>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makeChooseDefaultCard =
  ({ identityUnitOfWork, clock }: Dependencies): ChooseDefaultCard =>
  ({ userId, cardId, expectedVersion }) =>
    identityUnitOfWork.run(async ({ users, cards }) => {
      await users.lock(userId);
      const held = await cards.of(userId);
      const card = held.find(({ id }) => id === cardId);
      if (card === undefined) throw notFound('card');
      assertVersion(card, expectedVersion);
      const changed = chooseDefault(held, card, clock.now());
      for (const each of changed) await cards.save(each);
      return changed.find(({ id }) => id === cardId) ?? card;
    });
