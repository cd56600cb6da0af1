import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { PaymentMethod, SinglePaymentStatus } from '../../../domain/payment.js';
import {
  bigInteger,
  id,
  instant,
  instantOrNull,
  reference,
  MODEL_OPTIONS,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `payments`. */
export class PaymentRow extends Model<InferAttributes<PaymentRow>, InferCreationAttributes<PaymentRow>> {
  declare id: string;
  declare orderId: string;
  declare method: PaymentMethod;
  declare amount: BigInteger;
  declare status: SinglePaymentStatus;
  declare cardLast4: string | null;
  declare requestHandle: string | null;
  declare createdAt: Date;
  declare settledAt: Date | null;
}

export const paymentAttributes = () => ({
  id: id(),
  orderId: reference(),
  method: text(),
  amount: bigInteger(),
  status: text(),
  cardLast4: textOrNull(),
  requestHandle: textOrNull(),
  createdAt: instant(),
  settledAt: instantOrNull(),
});

export const definePayment = (sequelize: Sequelize) =>
  class extends PaymentRow {}.init(paymentAttributes(), {
    sequelize,
    modelName: 'payment',
    tableName: 'payments',
    ...MODEL_OPTIONS,
  });
