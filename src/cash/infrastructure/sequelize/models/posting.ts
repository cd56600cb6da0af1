import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import {
  MODEL_OPTIONS,
  instant,
  bigInteger,
  bigIntegerOrNull,
  reference,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** One of the two sides of a transaction. */
export class PostingRow extends Model<InferAttributes<PostingRow>, InferCreationAttributes<PostingRow>> {
  declare transactionNumber: BigInteger;
  declare amountId: string;
  declare delta: BigInteger;
  declare currency: string;
  declare version: number | null;
  declare amountAfter: BigInteger | null;
  declare effectiveAt: Date;
  declare postedAt: Date;
}

export const postingAttributes = () => ({
  transactionNumber: { ...bigInteger(), primaryKey: true },
  amountId: { ...reference(), primaryKey: true },
  delta: bigInteger(),
  currency: text(),
  version: { type: DataTypes.INTEGER, allowNull: true },
  amountAfter: bigIntegerOrNull(),
  effectiveAt: instant(),
  postedAt: instant(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePosting = (sequelize: Sequelize) =>
  class extends PostingRow {}.init(postingAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashPosting',
    tableName: 'cash_postings',
  });
