import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { MODEL_OPTIONS, flag, reference } from '../../../../platform/database/model-columns.js';

/** One transaction of a match. */
export class MatchTransactionRow extends Model<
  InferAttributes<MatchTransactionRow>,
  InferCreationAttributes<MatchTransactionRow>
> {
  declare matchId: string;
  declare realAccountId: string;
  declare live: boolean;
  declare transactionId: string;
}

export const matchTransactionAttributes = () => ({
  matchId: { ...reference(), primaryKey: true },
  realAccountId: reference(),
  live: flag(),
  transactionId: { ...reference(), primaryKey: true },
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineMatchTransaction = (sequelize: Sequelize) =>
  class extends MatchTransactionRow {}.init(matchTransactionAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashMatchTransaction',
    tableName: 'cash_match_transactions',
  });
