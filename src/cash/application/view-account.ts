import { found } from './found.js';
import type { AccountView, CashQueries } from './ports.js';

/** An account with its balance. not_found */
export type ViewAccount = (query: Readonly<{ accountId: string }>) => Promise<AccountView>;

export const makeViewAccount =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ViewAccount =>
  async ({ accountId }) =>
    found(await cashQueries.account(accountId), 'account');
