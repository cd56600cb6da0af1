import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  id,
  instant,
  reference,
  referenceOrNull,
  text,
} from '../../../../platform/database/model-columns.js';

/** The reopening of a closed month. */
export class PeriodReopeningRow extends Model<
  InferAttributes<PeriodReopeningRow>,
  InferCreationAttributes<PeriodReopeningRow>
> {
  declare id: string;
  declare periodId: string;
  declare reason: string;
  declare reopenedAt: Date;
  declare reopenedBy: string | null;
}

export const periodReopeningAttributes = () => ({
  id: id(),
  periodId: reference(),
  reason: text(),
  reopenedAt: instant(),
  reopenedBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePeriodReopening = (sequelize: Sequelize) =>
  class extends PeriodReopeningRow {}.init(periodReopeningAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashPeriodReopening',
    tableName: 'cash_period_reopenings',
  });
