import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { unauthenticated } from '../domain/errors.js';
import type { Card, CardQueries } from './ports.js';

/** Saved cards, newest first. not_found if there is no such user; `unauthenticated` for oneself if erased meanwhile. */
export type ListCards = (
  query: Readonly<{ actorId: string; userId: string; page: PageRequest }>,
) => Promise<Page<Card>>;

export const makeListCards =
  ({ cardQueries }: Readonly<{ cardQueries: CardQueries }>): ListCards =>
  async ({ actorId, userId, page }) => {
    const cards = await cardQueries.list(userId, page);
    if (cards === undefined) throw userId === actorId ? unauthenticated() : notFound('user');
    return cards;
  };
