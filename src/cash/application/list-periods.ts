import type { Page, PageRequest } from '../../kernel/page.js';
import type { BankQueries, PeriodView } from './bank-ports.js';
import { found } from './found.js';
import type { CashQueries } from './ports.js';

/** The closings and reopenings of the months of a real account, last first. not_found */
export type ListPeriods = (
  query: Readonly<{ realAccountId: string; page: PageRequest }>,
) => Promise<Page<PeriodView>>;

type Dependencies = Readonly<{ bankQueries: BankQueries; cashQueries: CashQueries }>;

export const makeListPeriods =
  ({ bankQueries, cashQueries }: Dependencies): ListPeriods =>
  async ({ realAccountId, page }) => {
    found(await cashQueries.realAccount(realAccountId), 'real account');
    return bankQueries.periods(realAccountId, page);
  };
