import type { Page, PageRequest } from '../../kernel/page.js';
import type { CashQueries, PostedTransaction, TransactionFilter } from './ports.js';

/** Transactions, last posted first. */
export type ListTransactions = (
  query: Readonly<{ filter: TransactionFilter; page: PageRequest }>,
) => Promise<Page<PostedTransaction>>;

export const makeListTransactions =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ListTransactions =>
  ({ filter, page }) =>
    cashQueries.transactions(filter, page);
