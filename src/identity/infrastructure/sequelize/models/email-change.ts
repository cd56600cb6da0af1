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
  MODEL_OPTIONS,
  reference,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { EmailChangeEnd } from '../../../domain/email-change.js';

/** A change of the email address, pending or ended. */
export class EmailChangeRow extends Model<
  InferAttributes<EmailChangeRow>,
  InferCreationAttributes<EmailChangeRow>
> {
  declare id: string;
  declare userId: string;
  declare oldEmail: string;
  declare newEmail: string;
  declare createdAt: CreationOptional<Date>;
  declare expiresAt: Date;
  declare endedAt: Date | null;
  declare endReason: EmailChangeEnd | null;
}

export const emailChangeAttributes = () => ({
  id: id(),
  userId: reference(),
  oldEmail: text(),
  newEmail: text(),
  createdAt: instant(),
  expiresAt: instant(),
  endedAt: instantOrNull(),
  endReason: textOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineEmailChange = (sequelize: Sequelize) =>
  class extends EmailChangeRow {}.init(emailChangeAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'emailChange',
    tableName: 'email_changes',
  });
