import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigIntegerOrNull,
  flag,
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A type of appointment. */
export class AppointmentTypeRow extends Model<
  InferAttributes<AppointmentTypeRow>,
  InferCreationAttributes<AppointmentTypeRow>
> {
  declare id: string;
  declare name: string;
  declare durationMinutes: number;
  declare bufferBeforeMinutes: number;
  declare bufferAfterMinutes: number;
  declare minNoticeMinutes: number;
  declare cancelNoticeMinutes: number;
  declare maxReschedules: number;
  declare priceAmount: BigInteger | null;
  declare priceCurrency: string | null;
  declare needsApproval: boolean;
  declare retiredAt: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export type AppointmentTypeColumns = InferAttributes<AppointmentTypeRow>;

export const appointmentTypeAttributes = () => ({
  id: id(),
  name: text(),
  durationMinutes: integer(),
  bufferBeforeMinutes: integer(),
  bufferAfterMinutes: integer(),
  minNoticeMinutes: integer(),
  cancelNoticeMinutes: integer(),
  maxReschedules: integer(),
  priceAmount: bigIntegerOrNull(),
  priceCurrency: textOrNull(),
  needsApproval: flag(),
  retiredAt: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineAppointmentType = (sequelize: Sequelize) =>
  class extends AppointmentTypeRow {}.init(appointmentTypeAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'appointmentType',
    tableName: 'appointment_types',
  });
