import type { Page, PageRequest } from '../../kernel/page.js';
import type { CashQueries, RealAccountFilter, RealAccountView } from './ports.js';

/** Real accounts with their balances, oldest first. */
export type ListRealAccounts = (
  query: Readonly<{ filter: RealAccountFilter; page: PageRequest }>,
) => Promise<Page<RealAccountView>>;

export const makeListRealAccounts =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ListRealAccounts =>
  ({ filter, page }) =>
    cashQueries.realAccounts(filter, page);
