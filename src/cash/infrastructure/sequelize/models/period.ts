import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  id,
  instant,
  reference,
  referenceOrNull,
  text,
} from '../../../../platform/database/model-columns.js';

/** A closed month of a real account. */
export class PeriodRow extends Model<InferAttributes<PeriodRow>, InferCreationAttributes<PeriodRow>> {
  declare id: string;
  declare realAccountId: string;
  declare period: string;
  declare startsAt: Date;
  declare endsAt: Date;
  declare closedAt: Date;
  declare closedBy: string | null;
}

export const periodAttributes = () => ({
  id: id(),
  realAccountId: reference(),
  period: text(),
  startsAt: instant(),
  endsAt: instant(),
  closedAt: instant(),
  closedBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePeriod = (sequelize: Sequelize) =>
  class extends PeriodRow {}.init(periodAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashPeriod',
    tableName: 'cash_periods',
  });
