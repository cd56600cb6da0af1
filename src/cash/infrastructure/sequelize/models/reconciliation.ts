import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  day,
  id,
  instant,
  bigInteger,
  reference,
  referenceOrNull,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** The agreement of the books with the bank on a day. */
export class ReconciliationRow extends Model<
  InferAttributes<ReconciliationRow>,
  InferCreationAttributes<ReconciliationRow>
> {
  declare id: string;
  declare realAccountId: string;
  declare currency: string;
  declare through: string;
  declare closingBalance: BigInteger;
  declare adjustmentId: string | null;
  declare reconciledAt: Date;
  declare reconciledBy: string | null;
}

export const reconciliationAttributes = () => ({
  id: id(),
  realAccountId: reference(),
  currency: text(),
  through: day(),
  closingBalance: bigInteger(),
  adjustmentId: referenceOrNull(),
  reconciledAt: instant(),
  reconciledBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineReconciliation = (sequelize: Sequelize) =>
  class extends ReconciliationRow {}.init(reconciliationAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashReconciliation',
    tableName: 'cash_reconciliations',
  });
