import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  instant,
  MODEL_OPTIONS,
  reference,
  referenceOrNull,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { AppointmentStatus } from '../../../domain/appointment.js';

/** A status change of an appointment; append-only. */
export class AppointmentHistoryRow extends Model<
  InferAttributes<AppointmentHistoryRow>,
  InferCreationAttributes<AppointmentHistoryRow>
> {
  declare appointmentId: string;
  declare at: Date;
  declare byUserId: string | null;
  declare fromStatus: AppointmentStatus | null;
  declare toStatus: AppointmentStatus;
  declare startsAt: Date;
}

export type AppointmentHistoryColumns = InferAttributes<AppointmentHistoryRow>;

export const appointmentHistoryAttributes = () => ({
  appointmentId: reference(),
  at: instant(),
  byUserId: referenceOrNull(),
  fromStatus: textOrNull(),
  toStatus: text(),
  startsAt: instant(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export function defineAppointmentHistory(sequelize: Sequelize) {
  const model = class extends AppointmentHistoryRow {}.init(appointmentHistoryAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'appointmentHistory',
    tableName: 'appointment_history',
  });
  // The database numbers the entries.
  model.removeAttribute('id');
  return model;
}
