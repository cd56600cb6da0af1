import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { AccountType } from '../../domain/account.js';
import type { HoldStatus } from '../../domain/hold.js';
import type { RealAccountKind } from '../../domain/real-account.js';

// A BIGINT is read as text (`minor-units.ts`) and written as a number.
type Minor = string | number;

export interface RealAccountRow extends Model<
  InferAttributes<RealAccountRow>,
  InferCreationAttributes<RealAccountRow>
> {
  id: string;
  code: string | null;
  name: string;
  kind: RealAccountKind;
  currency: string;
  iban: string | null;
  archivedAt: Date | null;
  closedThrough: string | null;
  closedUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export interface AccountRow extends Model<InferAttributes<AccountRow>, InferCreationAttributes<AccountRow>> {
  id: string;
  code: string | null;
  name: string;
  realAccountId: string;
  type: AccountType;
  currency: string;
  floor: Minor | null;
  goal: Minor | null;
  isDefault: boolean;
  archivedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export interface AmountRow extends Model<InferAttributes<AmountRow>, InferCreationAttributes<AmountRow>> {
  id: string;
  accountId: string;
  realAccountId: string;
  currency: string;
  amount: Minor;
  held: Minor;
  floor: Minor | null;
  version: number;
  hot: boolean;
  checkpoint: Minor;
  frozen: boolean;
  closedUntil: Date | null;
}

export interface TransactionRow extends Model<
  InferAttributes<TransactionRow>,
  InferCreationAttributes<TransactionRow>
> {
  id: string;
  number: Minor;
  amount: Minor;
  currency: string;
  description: string | null;
  effectiveAt: Date;
  postedAt: Date;
  reversalOf: string | null;
  refundOf: string | null;
  originType: string | null;
  originId: string | null;
  originEvent: string | null;
  batchId: string | null;
  payerId: string | null;
  createdBy: string | null;
}

export interface PostingRow extends Model<InferAttributes<PostingRow>, InferCreationAttributes<PostingRow>> {
  transactionNumber: Minor;
  amountId: string;
  delta: Minor;
  currency: string;
  version: number | null;
  amountAfter: Minor | null;
  effectiveAt: Date;
  postedAt: Date;
}

export interface HoldRow extends Model<InferAttributes<HoldRow>, InferCreationAttributes<HoldRow>> {
  id: string;
  sourceAmountId: string;
  targetAmountId: string;
  amount: Minor;
  currency: string;
  status: HoldStatus;
  expiresAt: Date;
  captured: Minor | null;
  transactionId: string | null;
  createdAt: Date;
  closedAt: Date | null;
  createdBy: string | null;
}

export interface PeriodRow extends Model<InferAttributes<PeriodRow>, InferCreationAttributes<PeriodRow>> {
  id: string;
  realAccountId: string;
  period: string;
  startsAt: Date;
  endsAt: Date;
  closedAt: Date;
  closedBy: string | null;
}

export interface PeriodReopeningRow extends Model<
  InferAttributes<PeriodReopeningRow>,
  InferCreationAttributes<PeriodReopeningRow>
> {
  id: string;
  periodId: string;
  reason: string;
  reopenedAt: Date;
  reopenedBy: string | null;
}

export interface ImportRow extends Model<InferAttributes<ImportRow>, InferCreationAttributes<ImportRow>> {
  id: string;
  realAccountId: string;
  profile: string;
  fileSha256: Buffer;
  fileBytes: number;
  added: number;
  duplicates: number;
  rejected: number;
  importedAt: Date;
  importedBy: string | null;
}

export interface BankLineRow extends Model<
  InferAttributes<BankLineRow>,
  InferCreationAttributes<BankLineRow>
> {
  id: string;
  realAccountId: string;
  importId: string;
  bookedOn: string;
  valueDate: string | null;
  amount: Minor;
  currency: string;
  remittance: string | null;
  counterparty: string | null;
  reference: string | null;
  fingerprint: Buffer;
  occurrence: number;
}

export interface MatchRow extends Model<InferAttributes<MatchRow>, InferCreationAttributes<MatchRow>> {
  id: string;
  bankLineId: string;
  realAccountId: string;
  live: boolean;
  matchedAt: Date;
  matchedBy: string | null;
  removedAt: Date | null;
  removedBy: string | null;
}

export interface MatchTransactionRow extends Model<
  InferAttributes<MatchTransactionRow>,
  InferCreationAttributes<MatchTransactionRow>
> {
  matchId: string;
  realAccountId: string;
  live: boolean;
  transactionId: string;
}

export interface ReconciliationRow extends Model<
  InferAttributes<ReconciliationRow>,
  InferCreationAttributes<ReconciliationRow>
> {
  id: string;
  realAccountId: string;
  currency: string;
  through: string;
  closingBalance: Minor;
  adjustmentId: string | null;
  reconciledAt: Date;
  reconciledBy: string | null;
}

export type CashModels = Readonly<{
  realAccounts: ModelStatic<RealAccountRow>;
  accounts: ModelStatic<AccountRow>;
  amounts: ModelStatic<AmountRow>;
  transactions: ModelStatic<TransactionRow>;
  postings: ModelStatic<PostingRow>;
  holds: ModelStatic<HoldRow>;
  periods: ModelStatic<PeriodRow>;
  periodReopenings: ModelStatic<PeriodReopeningRow>;
  imports: ModelStatic<ImportRow>;
  bankLines: ModelStatic<BankLineRow>;
  matches: ModelStatic<MatchRow>;
  matchTransactions: ModelStatic<MatchTransactionRow>;
  reconciliations: ModelStatic<ReconciliationRow>;
}>;

// Functions, because Sequelize writes the column's name into the object it is given: a shared one would name them all.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const reference = () => ({ type: DataTypes.UUID, allowNull: false });
const referenceOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
const minor = () => ({ type: DataTypes.BIGINT, allowNull: false });
const minorOrNull = () => ({ type: DataTypes.BIGINT, allowNull: true });
const flag = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
const day = () => ({ type: DataTypes.DATEONLY, allowNull: false });
const dayOrNull = () => ({ type: DataTypes.DATEONLY, allowNull: true });
const digest = () => ({ type: DataTypes.BLOB, allowNull: false });
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/**
 * The models of one connection pool. Accounts, periods, imports and reconciliations are written through them; the books
 * and the bank's lines, where speed and locks matter, by statements of their own (`books.ts`, `amount-repository.ts`).
 */
export function makeCashModels({ sequelize }: { sequelize: Sequelize }): CashModels {
  const options = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

  const realAccounts = sequelize.define<RealAccountRow>(
    'cashRealAccount',
    {
      id: id(),
      code: textOrNull(),
      name: text(),
      kind: text(),
      currency: text(),
      iban: textOrNull(),
      archivedAt: instantOrNull(),
      closedThrough: textOrNull(),
      closedUntil: instantOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('cash_real_accounts'),
  );
  const accounts = sequelize.define<AccountRow>(
    'cashAccount',
    {
      id: id(),
      code: textOrNull(),
      name: text(),
      realAccountId: reference(),
      type: text(),
      currency: text(),
      floor: minorOrNull(),
      goal: minorOrNull(),
      isDefault: flag(),
      archivedAt: instantOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('cash_accounts'),
  );
  const amounts = sequelize.define<AmountRow>(
    'cashAmount',
    {
      id: id(),
      accountId: reference(),
      realAccountId: reference(),
      currency: text(),
      amount: minor(),
      held: minor(),
      floor: minorOrNull(),
      version: integer(),
      hot: flag(),
      checkpoint: minor(),
      frozen: flag(),
      closedUntil: instantOrNull(),
    },
    options('cash_amounts'),
  );
  const transactions = sequelize.define<TransactionRow>(
    'cashTransaction',
    {
      id: id(),
      number: minor(),
      amount: minor(),
      currency: text(),
      description: textOrNull(),
      effectiveAt: instant(),
      postedAt: instant(),
      reversalOf: referenceOrNull(),
      refundOf: referenceOrNull(),
      originType: textOrNull(),
      originId: textOrNull(),
      originEvent: textOrNull(),
      batchId: referenceOrNull(),
      payerId: referenceOrNull(),
      createdBy: referenceOrNull(),
    },
    options('cash_transactions'),
  );
  const postings = sequelize.define<PostingRow>(
    'cashPosting',
    {
      transactionNumber: { ...minor(), primaryKey: true },
      amountId: { ...reference(), primaryKey: true },
      delta: minor(),
      currency: text(),
      version: { type: DataTypes.INTEGER, allowNull: true },
      amountAfter: minorOrNull(),
      effectiveAt: instant(),
      postedAt: instant(),
    },
    options('cash_postings'),
  );
  const holds = sequelize.define<HoldRow>(
    'cashHold',
    {
      id: id(),
      sourceAmountId: reference(),
      targetAmountId: reference(),
      amount: minor(),
      currency: text(),
      status: text(),
      expiresAt: instant(),
      captured: minorOrNull(),
      transactionId: referenceOrNull(),
      createdAt: instant(),
      closedAt: instantOrNull(),
      createdBy: referenceOrNull(),
    },
    options('cash_holds'),
  );
  const periods = sequelize.define<PeriodRow>(
    'cashPeriod',
    {
      id: id(),
      realAccountId: reference(),
      period: text(),
      startsAt: instant(),
      endsAt: instant(),
      closedAt: instant(),
      closedBy: referenceOrNull(),
    },
    options('cash_periods'),
  );
  const periodReopenings = sequelize.define<PeriodReopeningRow>(
    'cashPeriodReopening',
    {
      id: id(),
      periodId: reference(),
      reason: text(),
      reopenedAt: instant(),
      reopenedBy: referenceOrNull(),
    },
    options('cash_period_reopenings'),
  );
  const imports = sequelize.define<ImportRow>(
    'cashImport',
    {
      id: id(),
      realAccountId: reference(),
      profile: text(),
      // The name is spelled out: a digit is no new word to Sequelize.
      fileSha256: { ...digest(), field: 'file_sha256' },
      fileBytes: integer(),
      added: integer(),
      duplicates: integer(),
      rejected: integer(),
      importedAt: instant(),
      importedBy: referenceOrNull(),
    },
    options('cash_imports'),
  );
  const bankLines = sequelize.define<BankLineRow>(
    'cashBankLine',
    {
      id: id(),
      realAccountId: reference(),
      importId: reference(),
      bookedOn: day(),
      valueDate: dayOrNull(),
      amount: minor(),
      currency: text(),
      remittance: textOrNull(),
      counterparty: textOrNull(),
      reference: textOrNull(),
      fingerprint: digest(),
      occurrence: integer(),
    },
    options('cash_bank_lines'),
  );
  const matches = sequelize.define<MatchRow>(
    'cashMatch',
    {
      id: id(),
      bankLineId: reference(),
      realAccountId: reference(),
      live: flag(),
      matchedAt: instant(),
      matchedBy: referenceOrNull(),
      removedAt: instantOrNull(),
      removedBy: referenceOrNull(),
    },
    options('cash_matches'),
  );
  const matchTransactions = sequelize.define<MatchTransactionRow>(
    'cashMatchTransaction',
    {
      matchId: { ...reference(), primaryKey: true },
      realAccountId: reference(),
      live: flag(),
      transactionId: { ...reference(), primaryKey: true },
    },
    options('cash_match_transactions'),
  );
  const reconciliations = sequelize.define<ReconciliationRow>(
    'cashReconciliation',
    {
      id: id(),
      realAccountId: reference(),
      currency: text(),
      through: day(),
      closingBalance: minor(),
      adjustmentId: referenceOrNull(),
      reconciledAt: instant(),
      reconciledBy: referenceOrNull(),
    },
    options('cash_reconciliations'),
  );

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

  return {
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
  };
}
