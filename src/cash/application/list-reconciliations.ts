import type { Page, PageRequest } from '../../kernel/page.js';
import type { BankQueries, Reconciliation } from './bank-ports.js';
import { found } from './found.js';
import type { CashQueries } from './ports.js';

/** The reconciliations of a real account, last first. not_found */
export type ListReconciliations = (
  query: Readonly<{ realAccountId: string; page: PageRequest }>,
) => Promise<Page<Reconciliation>>;

type Dependencies = Readonly<{ bankQueries: BankQueries; cashQueries: CashQueries }>;

export const makeListReconciliations =
  ({ bankQueries, cashQueries }: Dependencies): ListReconciliations =>
  async ({ realAccountId, page }) => {
    found(await cashQueries.realAccount(realAccountId), 'real account');
    return bankQueries.reconciliations(realAccountId, page);
  };
