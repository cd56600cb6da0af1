import type { Clock } from '../../kernel/clock.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { AmountFilter, AmountView, CashQueries } from './ports.js';

/** The amounts of accounts in real accounts, oldest first. */
export type ListAmounts = (
  query: Readonly<{ filter: AmountFilter; page: PageRequest }>,
) => Promise<Page<AmountView>>;

export const makeListAmounts =
  ({ cashQueries, clock }: Readonly<{ cashQueries: CashQueries; clock: Clock }>): ListAmounts =>
  ({ filter, page }) =>
    cashQueries.amounts(filter, page, clock.now());
