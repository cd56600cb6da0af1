import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { EventType } from '../../../domain/order-event.js';
import type { OrderStatus } from '../../../domain/order-status.js';
import {
  bigIntegerOrNull,
  id,
  instant,
  reference,
  referenceOrNull,
  MODEL_OPTIONS,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `order_events`. */
export class OrderEventRow extends Model<
  InferAttributes<OrderEventRow>,
  InferCreationAttributes<OrderEventRow>
> {
  declare id: string;
  declare orderId: string;
  declare at: Date;
  declare by: string | null;
  declare type: EventType;
  declare fromStatus: OrderStatus | null;
  declare toStatus: OrderStatus | null;
  declare amount: BigInteger | null;
}

export const orderEventAttributes = () => ({
  id: id(),
  orderId: reference(),
  at: instant(),
  by: referenceOrNull(),
  type: text(),
  fromStatus: textOrNull(),
  toStatus: textOrNull(),
  amount: bigIntegerOrNull(),
});

export const defineOrderEvent = (sequelize: Sequelize) =>
  class extends OrderEventRow {}.init(orderEventAttributes(), {
    sequelize,
    modelName: 'orderEvent',
    tableName: 'order_events',
    ...MODEL_OPTIONS,
  });
