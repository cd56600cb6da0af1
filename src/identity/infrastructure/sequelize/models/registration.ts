import {
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import {
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { RegistrationEnd } from '../../../domain/registration.js';

/** A registration, pending or ended. */
export class RegistrationRow extends Model<
  InferAttributes<RegistrationRow>,
  InferCreationAttributes<RegistrationRow>
> {
  declare id: string;
  declare email: string;
  declare fullName: string;
  declare passwordHash: string | null;
  declare attempts: number;
  declare createdAt: CreationOptional<Date>;
  declare expiresAt: Date;
  declare endedAt: Date | null;
  declare endReason: RegistrationEnd | null;
}

export const registrationAttributes = () => ({
  id: id(),
  email: text(),
  fullName: text(),
  passwordHash: textOrNull(),
  attempts: integer(),
  createdAt: instant(),
  expiresAt: instant(),
  endedAt: instantOrNull(),
  endReason: textOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineRegistration = (sequelize: Sequelize) =>
  class extends RegistrationRow {}.init(registrationAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'registration',
    tableName: 'registrations',
  });
