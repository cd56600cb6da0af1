import type { CashModels } from './cash-models.js';

/** Both sides of every association within the context. */
export function associate({
  realAccounts,
  accounts,
  amounts,
  transactions,
  postings,
  holds,
  periods,
  periodReopenings,
  imports,
  bankLines,
  matches,
  matchTransactions,
  reconciliations,
}: CashModels): void {
  realAccounts.hasMany(accounts, { foreignKey: 'realAccountId', as: 'accounts' });
  accounts.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  realAccounts.hasMany(amounts, { foreignKey: 'realAccountId', as: 'amounts' });
  amounts.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  accounts.hasMany(amounts, { foreignKey: 'accountId', as: 'amounts' });
  amounts.belongsTo(accounts, { foreignKey: 'accountId', as: 'account' });
  amounts.hasMany(postings, { foreignKey: 'amountId', as: 'postings' });
  postings.belongsTo(amounts, { foreignKey: 'amountId', as: 'amount' });
  transactions.hasMany(postings, {
    foreignKey: 'transactionNumber',
    sourceKey: 'number',
    as: 'postings',
  });
  postings.belongsTo(transactions, {
    foreignKey: 'transactionNumber',
    targetKey: 'number',
    as: 'transaction',
  });
  amounts.hasMany(holds, { foreignKey: 'sourceAmountId', as: 'holds' });
  holds.belongsTo(amounts, { foreignKey: 'sourceAmountId', as: 'source' });
  holds.belongsTo(amounts, { foreignKey: 'targetAmountId', as: 'target' });
  realAccounts.hasMany(periods, { foreignKey: 'realAccountId', as: 'periods' });
  periods.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  periods.hasOne(periodReopenings, { foreignKey: 'periodId', as: 'reopening' });
  periodReopenings.belongsTo(periods, { foreignKey: 'periodId', as: 'period' });
  realAccounts.hasMany(imports, { foreignKey: 'realAccountId', as: 'imports' });
  imports.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  realAccounts.hasMany(bankLines, { foreignKey: 'realAccountId', as: 'bankLines' });
  bankLines.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  imports.hasMany(bankLines, { foreignKey: 'importId', as: 'lines' });
  bankLines.belongsTo(imports, { foreignKey: 'importId', as: 'import' });
  bankLines.hasMany(matches, { foreignKey: 'bankLineId', as: 'matches' });
  matches.belongsTo(bankLines, { foreignKey: 'bankLineId', as: 'bankLine' });
  const throughMatch = { model: matchTransactions, unique: false };
  matches.belongsToMany(transactions, {
    through: throughMatch,
    foreignKey: 'matchId',
    otherKey: 'transactionId',
    as: 'transactions',
  });
  transactions.belongsToMany(matches, {
    through: throughMatch,
    foreignKey: 'transactionId',
    otherKey: 'matchId',
    as: 'matches',
  });
  realAccounts.hasMany(reconciliations, { foreignKey: 'realAccountId', as: 'reconciliations' });
  reconciliations.belongsTo(realAccounts, { foreignKey: 'realAccountId', as: 'realAccount' });
  transactions.hasOne(reconciliations, { foreignKey: 'adjustmentId', as: 'adjusts' });
  reconciliations.belongsTo(transactions, { foreignKey: 'adjustmentId', as: 'adjustment' });
}
