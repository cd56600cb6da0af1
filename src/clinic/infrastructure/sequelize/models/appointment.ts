import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigIntegerOrNull,
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  reference,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';
import type { AppointmentStatus, Party } from '../../../domain/appointment.js';

/** An appointment. */
export class AppointmentRow extends Model<
  InferAttributes<AppointmentRow>,
  InferCreationAttributes<AppointmentRow>
> {
  declare id: string;
  declare doctorId: string;
  declare patientId: string;
  declare appointmentTypeId: string;
  declare startsAt: Date;
  declare endsAt: Date;
  declare busyFrom: Date;
  declare busyUntil: Date;
  declare timeZone: string;
  declare status: AppointmentStatus;
  declare reason: string | null;
  declare staffNote: string | null;
  declare rescheduleCount: number;
  declare cancelledBy: Party | null;
  declare cancelReason: string | null;
  declare priceAmount: BigInteger | null;
  declare priceCurrency: string | null;
  declare revision: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
  declare deletedAt: Date | null;
}

export type AppointmentColumns = InferAttributes<AppointmentRow>;

export const appointmentAttributes = () => ({
  id: id(),
  doctorId: reference(),
  patientId: reference(),
  appointmentTypeId: reference(),
  startsAt: instant(),
  endsAt: instant(),
  busyFrom: instant(),
  busyUntil: instant(),
  timeZone: text(),
  status: text(),
  reason: textOrNull(),
  staffNote: textOrNull(),
  rescheduleCount: integer(),
  cancelledBy: textOrNull(),
  cancelReason: textOrNull(),
  priceAmount: bigIntegerOrNull(),
  priceCurrency: textOrNull(),
  revision: integer(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
  deletedAt: instantOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineAppointment = (sequelize: Sequelize) =>
  class extends AppointmentRow {}.init(appointmentAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'appointment',
    tableName: 'appointments',
  });
