import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  flag,
  id,
  instant,
  instantOrNull,
  reference,
  referenceOrNull,
} from '../../../../platform/database/model-columns.js';

/** The assignment of transactions to a bank line. */
export class MatchRow extends Model<InferAttributes<MatchRow>, InferCreationAttributes<MatchRow>> {
  declare id: string;
  declare bankLineId: string;
  declare realAccountId: string;
  declare live: boolean;
  declare matchedAt: Date;
  declare matchedBy: string | null;
  declare removedAt: Date | null;
  declare removedBy: string | null;
}

export const matchAttributes = () => ({
  id: id(),
  bankLineId: reference(),
  realAccountId: reference(),
  live: flag(),
  matchedAt: instant(),
  matchedBy: referenceOrNull(),
  removedAt: instantOrNull(),
  removedBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineMatch = (sequelize: Sequelize) =>
  class extends MatchRow {}.init(matchAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashMatch',
    tableName: 'cash_matches',
  });
