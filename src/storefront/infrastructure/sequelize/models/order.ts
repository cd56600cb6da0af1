import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { OrderStatus } from '../../../domain/order-status.js';
import type { PaymentMethod } from '../../../domain/payment.js';
import {
  bigInteger,
  id,
  instant,
  instantOrNull,
  integer,
  reference,
  referenceOrNull,
  MODEL_OPTIONS,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `orders`. */
export class OrderRow extends Model<InferAttributes<OrderRow>, InferCreationAttributes<OrderRow>> {
  declare id: string;
  declare number: BigInteger;
  declare userId: string;
  declare status: OrderStatus;
  declare method: PaymentMethod;
  declare subtotal: BigInteger;
  declare discount: BigInteger;
  declare total: BigInteger;
  declare discountId: string | null;
  declare discountCode: string | null;
  declare expiresAt: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const orderAttributes = () => ({
  id: id(),
  number: bigInteger(),
  userId: reference(),
  status: text(),
  method: text(),
  subtotal: bigInteger(),
  discount: bigInteger(),
  total: bigInteger(),
  discountId: referenceOrNull(),
  discountCode: textOrNull(),
  expiresAt: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

export const defineOrder = (sequelize: Sequelize) =>
  class extends OrderRow {}.init(orderAttributes(), {
    sequelize,
    modelName: 'order',
    tableName: 'orders',
    ...MODEL_OPTIONS,
  });
