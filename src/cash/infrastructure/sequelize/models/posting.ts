import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import { OPTIONS, instant, minor, minorOrNull, reference, text, type Minor } from './columns.js';

/** One of the two sides of a transaction. */
export class PostingRow extends Model<InferAttributes<PostingRow>, InferCreationAttributes<PostingRow>> {
  declare transactionNumber: Minor;
  declare amountId: string;
  declare delta: Minor;
  declare currency: string;
  declare version: number | null;
  declare amountAfter: Minor | null;
  declare effectiveAt: Date;
  declare postedAt: Date;
}

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePosting = (sequelize: Sequelize) =>
  class extends PostingRow {}.init(
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
    { ...OPTIONS, sequelize, modelName: 'cashPosting', tableName: 'cash_postings' },
  );
