import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  id,
  instant,
  MODEL_OPTIONS,
  reference,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';
import type { PaymentMethod, PaymentState } from '../../../domain/payment.js';

/** A payment for an appointment. */
export class PaymentRow extends Model<InferAttributes<PaymentRow>, InferCreationAttributes<PaymentRow>> {
  declare id: string;
  declare appointmentId: string;
  declare method: PaymentMethod;
  declare amount: BigInteger;
  declare currency: string;
  declare status: PaymentState;
  declare cardLast4: string | null;
  declare requestHandle: string | null;
  declare createdBy: string;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export type PaymentColumns = InferAttributes<PaymentRow>;

export const paymentAttributes = () => ({
  id: id(),
  appointmentId: reference(),
  method: text(),
  amount: bigInteger(),
  currency: text(),
  status: text(),
  cardLast4: textOrNull(),
  requestHandle: textOrNull(),
  createdBy: reference(),
  createdAt: instant(),
  updatedAt: instant(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const definePayment = (sequelize: Sequelize) =>
  class extends PaymentRow {}.init(paymentAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'appointmentPayment',
    tableName: 'appointment_payments',
  });
