import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  id,
  instant,
  bigInteger,
  referenceOrNull,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A posted movement of money; never changed. */
export class TransactionRow extends Model<
  InferAttributes<TransactionRow>,
  InferCreationAttributes<TransactionRow>
> {
  declare id: string;
  declare number: BigInteger;
  declare amount: BigInteger;
  declare currency: string;
  declare description: string | null;
  declare effectiveAt: Date;
  declare postedAt: Date;
  declare reversalOf: string | null;
  declare refundOf: string | null;
  declare originType: string | null;
  declare originId: string | null;
  declare originEvent: string | null;
  declare batchId: string | null;
  declare payerId: string | null;
  declare createdBy: string | null;
}

export const transactionAttributes = () => ({
  id: id(),
  number: bigInteger(),
  amount: bigInteger(),
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
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineTransaction = (sequelize: Sequelize) =>
  class extends TransactionRow {}.init(transactionAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashTransaction',
    tableName: 'cash_transactions',
  });
