import type { Clock } from '../../kernel/clock.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import { assertGood } from '../domain/card.js';
import type { CardVault } from './public-api.js';
import type { CardQueries } from './ports.js';

const noCard = (): DomainError =>
  new DomainError('invalid', 'no-card', 'There is no default card to pay with; save one or name one.');

export const makeCardVault = ({
  cardQueries,
  clock,
}: Readonly<{ cardQueries: CardQueries; clock: Clock }>): CardVault => ({
  async tokenFor(userId, cardId) {
    const card =
      cardId === null ? await cardQueries.findDefault(userId) : await cardQueries.find(userId, cardId);
    if (card === undefined) throw cardId === null ? noCard() : notFound('card');
    assertGood(card, clock.now());
    return { cardId: card.id, gatewayToken: card.gatewayToken, last4: card.last4 };
  },
});
