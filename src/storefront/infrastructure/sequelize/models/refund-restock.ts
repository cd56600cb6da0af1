import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { integer, reference, MODEL_OPTIONS } from '../../../../platform/database/model-columns.js';

/** A row of `refund_restocks`. */
export class RefundRestockRow extends Model<
  InferAttributes<RefundRestockRow>,
  InferCreationAttributes<RefundRestockRow>
> {
  declare refundId: string;
  declare lineId: string;
  declare quantity: number;
}

export const refundRestockAttributes = () => ({
  refundId: { ...reference(), primaryKey: true },
  lineId: { ...reference(), primaryKey: true },
  quantity: integer(),
});

export const defineRefundRestock = (sequelize: Sequelize) =>
  class extends RefundRestockRow {}.init(refundRestockAttributes(), {
    sequelize,
    modelName: 'refundRestock',
    tableName: 'refund_restocks',
    ...MODEL_OPTIONS,
  });
