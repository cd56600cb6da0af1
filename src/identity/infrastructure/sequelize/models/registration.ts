import type { Sequelize } from 'sequelize';
import { integer, MODEL_OPTIONS, text, textOrNull } from '../../../../platform/database/model-columns.js';
import type { RegistrationEnd } from '../../../domain/registration.js';
import { MailTokenRow, mailTokenAttributes } from './mail-token.js';

/** A registration, pending or ended. */
export class RegistrationRow extends MailTokenRow<RegistrationRow> {
  declare endReason: RegistrationEnd | null;
  declare email: string;
  declare fullName: string;
  declare passwordHash: string | null;
  declare attempts: number;
}

export const registrationAttributes = () => ({
  ...mailTokenAttributes(),
  email: text(),
  fullName: text(),
  passwordHash: textOrNull(),
  attempts: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineRegistration = (sequelize: Sequelize) =>
  class extends RegistrationRow {}.init(registrationAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'registration',
    tableName: 'registrations',
  });
