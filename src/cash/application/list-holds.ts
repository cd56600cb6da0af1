import type { Clock } from '../../kernel/clock.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { CashQueries, Hold, HoldFilter } from './ports.js';

/** Holds, newest first. */
export type ListHolds = (query: Readonly<{ filter: HoldFilter; page: PageRequest }>) => Promise<Page<Hold>>;

export const makeListHolds =
  ({ cashQueries, clock }: Readonly<{ cashQueries: CashQueries; clock: Clock }>): ListHolds =>
  ({ filter, page }) =>
    cashQueries.holds(filter, page, clock.now());
