import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  id,
  integer,
  reference,
  MODEL_OPTIONS,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `order_lines`. */
export class OrderLineRow extends Model<
  InferAttributes<OrderLineRow>,
  InferCreationAttributes<OrderLineRow>
> {
  declare id: string;
  declare orderId: string;
  declare position: number;
  declare productId: string;
  declare sku: string;
  declare name: string;
  declare quantity: number;
  declare unitPrice: BigInteger;
  declare discount: BigInteger;
  declare total: BigInteger;
}

export const orderLineAttributes = () => ({
  id: id(),
  orderId: reference(),
  position: integer(),
  productId: reference(),
  sku: text(),
  name: text(),
  quantity: integer(),
  unitPrice: bigInteger(),
  discount: bigInteger(),
  total: bigInteger(),
});

export const defineOrderLine = (sequelize: Sequelize) =>
  class extends OrderLineRow {}.init(orderLineAttributes(), {
    sequelize,
    modelName: 'orderLine',
    tableName: 'order_lines',
    ...MODEL_OPTIONS,
  });
