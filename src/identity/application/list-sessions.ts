import type { Clock } from '../../kernel/clock.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { SessionQueries, SessionView } from './ports.js';

export type OwnSession = SessionView & Readonly<{ current: boolean }>;

/** The user's live sessions, newest first. */
export type ListSessions = (
  query: Readonly<{ userId: string; currentSessionId: string; page: PageRequest }>,
) => Promise<Page<OwnSession>>;

type Dependencies = Readonly<{ sessionQueries: SessionQueries; clock: Clock }>;

export const makeListSessions =
  ({ sessionQueries, clock }: Dependencies): ListSessions =>
  async ({ userId, currentSessionId, page }) => {
    const { items, next } = await sessionQueries.list(userId, clock.now(), page);
    return {
      items: items.map((session) => ({ ...session, current: session.id === currentSessionId })),
      next,
    };
  };
