import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { integer, MODEL_OPTIONS, reference } from '../../../../platform/database/model-columns.js';

/** A window of the weekly working hours of a doctor. */
export class WorkingHoursRow extends Model<
  InferAttributes<WorkingHoursRow>,
  InferCreationAttributes<WorkingHoursRow>
> {
  declare doctorId: string;
  declare weekday: number;
  declare fromMinute: number;
  declare untilMinute: number;
}

export const workingHoursAttributes = () => ({
  doctorId: { ...reference(), primaryKey: true },
  weekday: { ...integer(), primaryKey: true },
  fromMinute: { ...integer(), primaryKey: true },
  untilMinute: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineWorkingHours = (sequelize: Sequelize) =>
  class extends WorkingHoursRow {}.init(workingHoursAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'workingHours',
    tableName: 'working_hours',
  });
