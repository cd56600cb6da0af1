import type { Sequelize } from 'sequelize';
import { MODEL_OPTIONS, reference, text } from '../../../../platform/database/model-columns.js';
import type { EmailChangeEnd } from '../../../domain/email-change.js';
import { MailTokenRow, mailTokenAttributes } from './mail-token.js';

/** A change of the email address, pending or ended. */
export class EmailChangeRow extends MailTokenRow<EmailChangeRow> {
  declare endReason: EmailChangeEnd | null;
  declare userId: string;
  declare oldEmail: string;
  declare newEmail: string;
}

export const emailChangeAttributes = () => ({
  ...mailTokenAttributes(),
  userId: reference(),
  oldEmail: text(),
  newEmail: text(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineEmailChange = (sequelize: Sequelize) =>
  class extends EmailChangeRow {}.init(emailChangeAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'emailChange',
    tableName: 'email_changes',
  });
