import { found } from './found.js';
import type { CashQueries, PostedTransaction } from './ports.js';

/** A posted transaction. not_found */
export type ViewTransaction = (query: Readonly<{ transactionId: string }>) => Promise<PostedTransaction>;

export const makeViewTransaction =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ViewTransaction =>
  async ({ transactionId }) =>
    found(await cashQueries.transaction(transactionId), 'transaction');
