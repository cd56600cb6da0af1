import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  id,
  instant,
  reference,
  referenceOrNull,
  MODEL_OPTIONS,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `stock_movements`. */
export class StockMovementRow extends Model<
  InferAttributes<StockMovementRow>,
  InferCreationAttributes<StockMovementRow>
> {
  declare id: string;
  declare productId: string;
  declare delta: BigInteger;
  declare reason: string;
  declare orderId: string | null;
  declare createdAt: Date;
}

export const stockMovementAttributes = () => ({
  id: id(),
  productId: reference(),
  delta: bigInteger(),
  reason: text(),
  orderId: referenceOrNull(),
  createdAt: instant(),
});

export const defineStockMovement = (sequelize: Sequelize) =>
  class extends StockMovementRow {}.init(stockMovementAttributes(), {
    sequelize,
    modelName: 'stockMovement',
    tableName: 'stock_movements',
    ...MODEL_OPTIONS,
  });
