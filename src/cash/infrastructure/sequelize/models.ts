import type { Sequelize } from 'sequelize';
import { associate } from './models/associations.js';
import type { CashModels } from './models/cash-models.js';
import { defineAccount } from './models/account.js';
import { defineAmount } from './models/amount.js';
import { defineBankLine } from './models/bank-line.js';
import { defineHold } from './models/hold.js';
import { defineImport } from './models/import.js';
import { defineMatch } from './models/match.js';
import { defineMatchTransaction } from './models/match-transaction.js';
import { definePeriod } from './models/period.js';
import { definePeriodReopening } from './models/period-reopening.js';
import { definePosting } from './models/posting.js';
import { defineRealAccount } from './models/real-account.js';
import { defineReconciliation } from './models/reconciliation.js';
import { defineTransaction } from './models/transaction.js';

/**
 * The models of one connection pool. Accounts, periods, imports and reconciliations are written through them; postings, holds
 * and bank lines, where speed and locks matter, by SQL statements (`books.ts`, `amount-repository.ts`).
 */
export function makeCashModels({ sequelize }: { sequelize: Sequelize }): CashModels {
  const models: CashModels = {
    realAccounts: defineRealAccount(sequelize),
    accounts: defineAccount(sequelize),
    amounts: defineAmount(sequelize),
    transactions: defineTransaction(sequelize),
    postings: definePosting(sequelize),
    holds: defineHold(sequelize),
    periods: definePeriod(sequelize),
    periodReopenings: definePeriodReopening(sequelize),
    imports: defineImport(sequelize),
    bankLines: defineBankLine(sequelize),
    matches: defineMatch(sequelize),
    matchTransactions: defineMatchTransaction(sequelize),
    reconciliations: defineReconciliation(sequelize),
  };
  associate(models);
  return models;
}
