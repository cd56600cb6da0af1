import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  flag,
  id,
  instant,
  integer,
  MODEL_OPTIONS,
  referenceOrNull,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';

/** A doctor. */
export class DoctorRow extends Model<InferAttributes<DoctorRow>, InferCreationAttributes<DoctorRow>> {
  declare id: string;
  declare name: string;
  declare email: string;
  declare specialty: string | null;
  declare timeZone: string;
  declare userId: string | null;
  declare isActive: boolean;
  declare hoursVersion: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export type DoctorColumns = InferAttributes<DoctorRow>;

export const doctorAttributes = () => ({
  id: id(),
  name: text(),
  email: text(),
  specialty: textOrNull(),
  timeZone: text(),
  userId: referenceOrNull(),
  isActive: flag(),
  hoursVersion: integer(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineDoctor = (sequelize: Sequelize) =>
  class extends DoctorRow {}.init(doctorAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'doctor',
    tableName: 'doctors',
  });
