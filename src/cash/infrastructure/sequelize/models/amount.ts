import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  flag,
  id,
  instantOrNull,
  integer,
  bigInteger,
  bigIntegerOrNull,
  reference,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** The money of one account in one real account. */
export class AmountRow extends Model<InferAttributes<AmountRow>, InferCreationAttributes<AmountRow>> {
  declare id: string;
  declare accountId: string;
  declare realAccountId: string;
  declare currency: string;
  declare amount: BigInteger;
  declare held: BigInteger;
  declare floor: BigInteger | null;
  declare version: number;
  declare hot: boolean;
  declare checkpoint: BigInteger;
  declare frozen: boolean;
  declare closedUntil: Date | null;
}

export const amountAttributes = () => ({
  id: id(),
  accountId: reference(),
  realAccountId: reference(),
  currency: text(),
  amount: bigInteger(),
  held: bigInteger(),
  floor: bigIntegerOrNull(),
  version: integer(),
  hot: flag(),
  checkpoint: bigInteger(),
  frozen: flag(),
  closedUntil: instantOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineAmount = (sequelize: Sequelize) =>
  class extends AmountRow {}.init(amountAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashAmount',
    tableName: 'cash_amounts',
  });
