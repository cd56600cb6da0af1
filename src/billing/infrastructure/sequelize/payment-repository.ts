import type { Transaction } from 'sequelize';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { PaymentRepository } from '../../application/ports.js';
import { paymentInDoubt } from '../../domain/errors.js';
import type { BillingModels } from './models.js';
import { toColumns, toPayment, toRefund } from './rows.js';

const OLDEST_FIRST: [string, string][] = [
  ['createdAt', 'ASC'],
  ['id', 'ASC'],
];

export const makePaymentRepository = ({
  billingModels: { payments, refunds },
  transaction,
}: {
  billingModels: BillingModels;
  transaction: Transaction;
}): PaymentRepository => ({
  async find(paymentId) {
    const row = await payments.findByPk(paymentId, { transaction, raw: true });
    return row === null ? undefined : toPayment(row);
  },
  async findRefund(refundId) {
    const row = await refunds.findByPk(refundId, { transaction, raw: true });
    return row === null ? undefined : toRefund(row);
  },
  async historyOf({ type: originType, id: originId }) {
    const query = { where: { originType, originId }, order: OLDEST_FIRST, transaction, raw: true };
    return {
      payments: (await payments.findAll(query)).map(toPayment),
      refunds: (await refunds.findAll(query)).map(toRefund),
    };
  },
  async insert(payment) {
    try {
      await payments.create(toColumns(payment), { transaction, returning: false });
    } catch (error) {
      throw violatedConstraint(error) === 'billing_payments_one_processing_key' ? paymentInDoubt() : error;
    }
  },
  async save({ id, status, requestHandle, settledAt }) {
    await payments.update({ status, requestHandle, settledAt }, { where: { id }, transaction });
  },
  async saveGatewayReference(id, gatewayReference) {
    const [changed] = await payments.update(
      { gatewayReference },
      { where: { id, status: 'processing' }, transaction },
    );
    return changed === 1;
  },
  async insertRefunds(items) {
    await refunds.bulkCreate(items.map(toColumns), { transaction, returning: false });
  },
  async saveRefund({ id, status, paidOutBy, settledAt }) {
    await refunds.update({ status, paidOutBy, settledAt }, { where: { id }, transaction });
  },
});
