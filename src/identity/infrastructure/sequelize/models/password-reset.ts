import type { Sequelize } from 'sequelize';
import { MODEL_OPTIONS, referenceOrNull, text } from '../../../../platform/database/model-columns.js';
import type { PasswordResetEnd, PasswordResetKind } from '../../../domain/password-reset.js';
import { MailTokenRow, mailTokenAttributes } from './mail-token.js';

/** A password reset or an invitation, pending or ended. */
export class PasswordResetRow extends MailTokenRow<PasswordResetRow> {
  declare endReason: PasswordResetEnd | null;
  declare kind: PasswordResetKind;
  declare email: string;
  declare userId: string | null;
}

export const passwordResetAttributes = () => ({
  ...mailTokenAttributes(),
  kind: text(),
  email: text(),
  userId: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePasswordReset = (sequelize: Sequelize) =>
  class extends PasswordResetRow {}.init(passwordResetAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'passwordReset',
    tableName: 'password_resets',
  });
