import type { Clock } from '../../kernel/clock.js';
import { found } from './found.js';
import type { AmountView, CashQueries } from './ports.js';

/** The money of an account in one real account. not_found */
export type ViewAmount = (query: Readonly<{ amountId: string }>) => Promise<AmountView>;

export const makeViewAmount =
  ({ cashQueries, clock }: Readonly<{ cashQueries: CashQueries; clock: Clock }>): ViewAmount =>
  async ({ amountId }) =>
    found(await cashQueries.amount(amountId, clock.now()), 'amount');
