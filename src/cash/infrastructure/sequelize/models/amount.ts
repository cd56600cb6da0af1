import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  OPTIONS,
  flag,
  id,
  instantOrNull,
  integer,
  minor,
  minorOrNull,
  reference,
  text,
  type Minor,
} from './columns.js';

/** The money of one account in one real account. */
export class AmountRow extends Model<InferAttributes<AmountRow>, InferCreationAttributes<AmountRow>> {
  declare id: string;
  declare accountId: string;
  declare realAccountId: string;
  declare currency: string;
  declare amount: Minor;
  declare held: Minor;
  declare floor: Minor | null;
  declare version: number;
  declare hot: boolean;
  declare checkpoint: Minor;
  declare frozen: boolean;
  declare closedUntil: Date | null;
}

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineAmount = (sequelize: Sequelize) =>
  class extends AmountRow {}.init(
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
    { ...OPTIONS, sequelize, modelName: 'cashAmount', tableName: 'cash_amounts' },
  );
