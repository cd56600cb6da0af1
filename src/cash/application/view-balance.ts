import type { Clock } from '../../kernel/clock.js';
import { found } from './found.js';
import type { AmountScope, Axis, Balance, CashQueries } from './ports.js';

export type BalanceAt = Balance & Readonly<{ at: Date; axis: Axis }>;

/** The balance of an account or real account. `at` defaults to now, and is inclusive to the millisecond. not_found */
export type ViewBalance = (
  query: Readonly<{ scope: AmountScope; at?: Date | undefined; axis: Axis }>,
) => Promise<BalanceAt>;

export const makeViewBalance =
  ({ cashQueries, clock }: Readonly<{ cashQueries: CashQueries; clock: Clock }>): ViewBalance =>
  async ({ scope, at = clock.now(), axis }) => ({
    ...found(await cashQueries.balance(scope, at, axis), 'account'),
    at,
    axis,
  });
