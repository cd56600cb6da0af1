import { notFound } from '../../kernel/errors.js';
import type { Card, CardQueries } from './ports.js';

/** One of the user's own cards; not_found if it is unknown, removed or another user's. */
export type ViewCard = (query: Readonly<{ userId: string; cardId: string }>) => Promise<Card>;

export const makeViewCard =
  ({ cardQueries }: Readonly<{ cardQueries: CardQueries }>): ViewCard =>
  async ({ userId, cardId }) => {
    const card = await cardQueries.find(userId, cardId);
    if (card === undefined) throw notFound('card');
    return card;
  };
