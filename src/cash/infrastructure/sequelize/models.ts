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

export type CashModels = Readonly<{
  realAccounts: ModelStatic<RealAccountRow>;
  accounts: ModelStatic<AccountRow>;
  amounts: ModelStatic<AmountRow>;
  transactions: ModelStatic<TransactionRow>;
  postings: ModelStatic<PostingRow>;
  holds: ModelStatic<HoldRow>;
  periods: ModelStatic<PeriodRow>;
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
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/**
 * The models of one connection pool. Accounts and periods are written through them; the books, where speed and locks
 * matter, by statements of their own (`books.ts`, `amount-repository.ts`).
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

  return { realAccounts, accounts, amounts, transactions, postings, holds, periods };
}
