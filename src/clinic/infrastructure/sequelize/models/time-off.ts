import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  id,
  instant,
  MODEL_OPTIONS,
  reference,
  textOrNull,
} from '../../../../platform/database/model-columns.js';

/** A time in which a doctor is absent. */
export class TimeOffRow extends Model<InferAttributes<TimeOffRow>, InferCreationAttributes<TimeOffRow>> {
  declare id: string;
  declare doctorId: string;
  declare startsAt: Date;
  declare endsAt: Date;
  declare note: string | null;
  declare createdAt: Date;
}

export type TimeOffColumns = InferAttributes<TimeOffRow>;

export const timeOffAttributes = () => ({
  id: id(),
  doctorId: reference(),
  startsAt: instant(),
  endsAt: instant(),
  note: textOrNull(),
  createdAt: instant(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineTimeOff = (sequelize: Sequelize) =>
  class extends TimeOffRow {}.init(timeOffAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'timeOff',
    tableName: 'time_off',
  });
