import type { ModelStatic, Sequelize } from 'sequelize';
import { definePayment, type PaymentRow } from './models/payment.js';
import { defineRefund, type RefundRow } from './models/refund.js';

export type BillingModels = Readonly<{
  payments: ModelStatic<PaymentRow>;
  refunds: ModelStatic<RefundRow>;
}>;

/** The models of one connection pool. */
export function makeBillingModels({ sequelize }: { sequelize: Sequelize }): BillingModels {
  const payments = definePayment(sequelize);
  const refunds = defineRefund(sequelize);
  payments.hasMany(refunds, { foreignKey: 'paymentId', as: 'refunds' });
  refunds.belongsTo(payments, { foreignKey: 'paymentId', as: 'payment' });
  return { payments, refunds };
}
