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
  referenceOrNull,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { PasswordResetEnd, PasswordResetKind } from '../../../domain/password-reset.js';

/** A password reset or an invitation, pending or ended. */
export class PasswordResetRow extends Model<
  InferAttributes<PasswordResetRow>,
  InferCreationAttributes<PasswordResetRow>
> {
  declare id: string;
  declare kind: PasswordResetKind;
  declare email: string;
  declare userId: string | null;
  declare createdAt: CreationOptional<Date>;
  declare expiresAt: Date;
  declare endedAt: Date | null;
  declare endReason: PasswordResetEnd | null;
}

export const passwordResetAttributes = () => ({
  id: id(),
  kind: text(),
  email: text(),
  userId: referenceOrNull(),
  createdAt: instant(),
  expiresAt: instant(),
  endedAt: instantOrNull(),
  endReason: textOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePasswordReset = (sequelize: Sequelize) =>
  class extends PasswordResetRow {}.init(passwordResetAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'passwordReset',
    tableName: 'password_resets',
  });
