import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { id, instant, MODEL_OPTIONS, reference, text } from '../../../../platform/database/model-columns.js';

/** An access of staff to the data of a patient; append-only. */
export class PatientAccessRow extends Model<
  InferAttributes<PatientAccessRow>,
  InferCreationAttributes<PatientAccessRow>
> {
  declare id: string;
  declare patientId: string;
  declare at: Date;
  declare byUserId: string;
  declare action: string;
  declare resource: string;
}

export type PatientAccessColumns = InferAttributes<PatientAccessRow>;

export const patientAccessAttributes = () => ({
  id: id(),
  patientId: reference(),
  at: instant(),
  byUserId: reference(),
  action: text(),
  resource: text(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePatientAccess = (sequelize: Sequelize) =>
  class extends PatientAccessRow {}.init(patientAccessAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'patientAccess',
    tableName: 'patient_access_log',
  });
