import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { RefundStatus } from '../../../domain/refund.js';
import {
  bigInteger,
  id,
  instant,
  instantOrNull,
  reference,
  referenceOrNull,
  MODEL_OPTIONS,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `refunds`. */
export class RefundRow extends Model<InferAttributes<RefundRow>, InferCreationAttributes<RefundRow>> {
  declare id: string;
  declare orderId: string;
  declare paymentId: string | null;
  declare amount: BigInteger;
  declare reason: string;
  declare status: RefundStatus;
  declare createdAt: Date;
  declare settledAt: Date | null;
}

export const refundAttributes = () => ({
  id: id(),
  orderId: reference(),
  paymentId: referenceOrNull(),
  amount: bigInteger(),
  reason: text(),
  status: text(),
  createdAt: instant(),
  settledAt: instantOrNull(),
});

export const defineRefund = (sequelize: Sequelize) =>
  class extends RefundRow {}.init(refundAttributes(), {
    sequelize,
    modelName: 'refund',
    tableName: 'refunds',
    ...MODEL_OPTIONS,
  });
