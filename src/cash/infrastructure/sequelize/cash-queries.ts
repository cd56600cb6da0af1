import type { Database } from '../../../platform/database/database.js';
import type { CashQueries } from '../../application/ports.js';
import { makeAccountQueries } from './account-queries.js';
import { makeBalanceQueries } from './balance-queries.js';
import { makeHoldQueries } from './hold-queries.js';
import { makeTransactionQueries } from './transaction-queries.js';

export const makeCashQueries = (dependencies: { database: Database }): CashQueries => ({
  ...makeAccountQueries(dependencies),
  ...makeTransactionQueries(dependencies),
  ...makeHoldQueries(dependencies),
  ...makeBalanceQueries(dependencies),
});
