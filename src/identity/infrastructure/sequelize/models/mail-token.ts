import { Model, type CreationOptional, type InferAttributes, type InferCreationAttributes } from 'sequelize';
import { id, instant, instantOrNull, textOrNull } from '../../../../platform/database/model-columns.js';

/** A row whose id is signed in a mailed token: a registration, a password reset or a change of the address. */
export abstract class MailTokenRow<Row extends Model> extends Model<
  InferAttributes<Row>,
  InferCreationAttributes<Row>
> {
  declare id: string;
  declare createdAt: CreationOptional<Date>;
  declare expiresAt: Date;
  declare endedAt: Date | null;
}

export const mailTokenAttributes = () => ({
  id: id(),
  createdAt: instant(),
  expiresAt: instant(),
  endedAt: instantOrNull(),
  endReason: textOrNull(),
});
