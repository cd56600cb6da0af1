import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  dayOrNull,
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  referenceOrNull,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';

/** A patient file. */
export class PatientRow extends Model<InferAttributes<PatientRow>, InferCreationAttributes<PatientRow>> {
  declare id: string;
  declare userId: string | null;
  declare name: string;
  declare email: string | null;
  declare phone: string | null;
  declare birthDate: string | null;
  declare anonymisedAt: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export type PatientColumns = InferAttributes<PatientRow>;

export const patientAttributes = () => ({
  id: id(),
  userId: referenceOrNull(),
  name: text(),
  email: textOrNull(),
  phone: textOrNull(),
  birthDate: dayOrNull(),
  anonymisedAt: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePatient = (sequelize: Sequelize) =>
  class extends PatientRow {}.init(patientAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'patient',
    tableName: 'patients',
  });
