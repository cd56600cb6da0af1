import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { AccountType } from '../../../domain/account.js';
import {
  MODEL_OPTIONS,
  flag,
  id,
  instant,
  instantOrNull,
  integer,
  bigIntegerOrNull,
  reference,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** An envelope, or an income, expense or equity account. */
export class AccountRow extends Model<InferAttributes<AccountRow>, InferCreationAttributes<AccountRow>> {
  declare id: string;
  declare code: string | null;
  declare name: string;
  declare realAccountId: string;
  declare type: AccountType;
  declare currency: string;
  declare floor: BigInteger | null;
  declare goal: BigInteger | null;
  declare isDefault: boolean;
  declare archivedAt: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const accountAttributes = () => ({
  id: id(),
  code: textOrNull(),
  name: text(),
  realAccountId: reference(),
  type: text(),
  currency: text(),
  floor: bigIntegerOrNull(),
  goal: bigIntegerOrNull(),
  isDefault: flag(),
  archivedAt: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineAccount = (sequelize: Sequelize) =>
  class extends AccountRow {}.init(accountAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashAccount',
    tableName: 'cash_accounts',
  });
