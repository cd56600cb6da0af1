import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccountFilter, AccountView, CashQueries } from './ports.js';

/** Accounts with their balances, oldest first. */
export type ListAccounts = (
  query: Readonly<{ filter: AccountFilter; page: PageRequest }>,
) => Promise<Page<AccountView>>;

export const makeListAccounts =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ListAccounts =>
  ({ filter, page }) =>
    cashQueries.accounts(filter, page);
