import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { HoldStatus } from '../../../domain/hold.js';
import {
  MODEL_OPTIONS,
  id,
  instant,
  instantOrNull,
  bigInteger,
  bigIntegerOrNull,
  reference,
  referenceOrNull,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** Money reserved for a while. */
export class HoldRow extends Model<InferAttributes<HoldRow>, InferCreationAttributes<HoldRow>> {
  declare id: string;
  declare sourceAmountId: string;
  declare targetAmountId: string;
  declare amount: BigInteger;
  declare currency: string;
  declare status: HoldStatus;
  declare expiresAt: Date;
  declare captured: BigInteger | null;
  declare transactionId: string | null;
  declare createdAt: Date;
  declare closedAt: Date | null;
  declare createdBy: string | null;
}

export const holdAttributes = () => ({
  id: id(),
  sourceAmountId: reference(),
  targetAmountId: reference(),
  amount: bigInteger(),
  currency: text(),
  status: text(),
  expiresAt: instant(),
  captured: bigIntegerOrNull(),
  transactionId: referenceOrNull(),
  createdAt: instant(),
  closedAt: instantOrNull(),
  createdBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineHold = (sequelize: Sequelize) =>
  class extends HoldRow {}.init(holdAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashHold',
    tableName: 'cash_holds',
  });
