import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  id,
  instant,
  instantOrNull,
  MODEL_OPTIONS,
  reference,
  referenceOrNull,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';
import type { PaymentMethod } from '../../../../kernel/payments.js';
import type { RefundState } from '../../../../kernel/payments.js';

/** A row of `billing_refunds`. */
export class RefundRow extends Model<InferAttributes<RefundRow>, InferCreationAttributes<RefundRow>> {
  declare id: string;
  declare paymentId: string;
  declare originType: string;
  declare originId: string;
  declare payerId: string | null;
  declare method: PaymentMethod;
  declare amount: BigInteger;
  declare currency: string;
  declare reason: string;
  declare status: RefundState;
  declare createdBy: string | null;
  declare createdAt: Date;
  declare paidOutBy: string | null;
  declare settledAt: Date | null;
}

export type RefundColumns = InferAttributes<RefundRow>;

export const refundAttributes = () => ({
  id: id(),
  paymentId: reference(),
  originType: text(),
  originId: reference(),
  payerId: referenceOrNull(),
  method: text(),
  amount: bigInteger(),
  currency: text(),
  reason: text(),
  status: text(),
  createdBy: referenceOrNull(),
  createdAt: instant(),
  paidOutBy: referenceOrNull(),
  settledAt: instantOrNull(),
});

export const defineRefund = (sequelize: Sequelize) =>
  class extends RefundRow {}.init(refundAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'billingRefund',
    tableName: 'billing_refunds',
  });
