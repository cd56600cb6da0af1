import { found } from './found.js';
import type { CashQueries, RealAccountView } from './ports.js';

/** A real account with its balance. not_found */
export type ViewRealAccount = (query: Readonly<{ realAccountId: string }>) => Promise<RealAccountView>;

export const makeViewRealAccount =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ViewRealAccount =>
  async ({ realAccountId }) =>
    found(await cashQueries.realAccount(realAccountId), 'real account');
