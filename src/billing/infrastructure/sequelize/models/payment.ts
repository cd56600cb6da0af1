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
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';
import type { PaymentMethod, PaymentState } from '../../../../kernel/payments.js';

/** A row of `billing_payments`. */
export class PaymentRow extends Model<InferAttributes<PaymentRow>, InferCreationAttributes<PaymentRow>> {
  declare id: string;
  declare originType: string;
  declare originId: string;
  declare payerId: string | null;
  declare method: PaymentMethod;
  declare amount: BigInteger;
  declare currency: string;
  declare status: PaymentState;
  declare cardLast4: string | null;
  declare gatewayReference: string | null;
  declare requestHandle: string | null;
  declare createdBy: string | null;
  declare createdAt: Date;
  declare settledAt: Date | null;
}

export type PaymentColumns = InferAttributes<PaymentRow>;

export const paymentAttributes = () => ({
  id: id(),
  originType: text(),
  originId: reference(),
  payerId: referenceOrNull(),
  method: text(),
  amount: bigInteger(),
  currency: text(),
  status: text(),
  cardLast4: textOrNull(),
  gatewayReference: textOrNull(),
  requestHandle: textOrNull(),
  createdBy: referenceOrNull(),
  createdAt: instant(),
  settledAt: instantOrNull(),
});

export const definePayment = (sequelize: Sequelize) =>
  class extends PaymentRow {}.init(paymentAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'billingPayment',
    tableName: 'billing_payments',
  });
