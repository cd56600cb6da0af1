import type { Transaction } from 'sequelize';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { PaymentRepository } from '../../application/ports.js';
import { paymentInDoubt } from '../../domain/errors.js';
import type { ClinicModels } from './models.js';
import { toPayment } from './rows.js';

export const makePaymentRepository = ({
  clinicModels: { payments },
  transaction,
}: {
  clinicModels: ClinicModels;
  transaction: Transaction;
}): PaymentRepository => ({
  async of(appointmentId) {
    const rows = await payments.findAll({ where: { appointmentId }, order: [['id', 'ASC']], transaction });
    return rows.map(toPayment);
  },
  async find(id) {
    const row = await payments.findByPk(id, { transaction });
    return row === null ? undefined : toPayment(row);
  },
  async lock(id) {
    const row = await payments.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toPayment(row);
  },
  async insert(payment) {
    try {
      await payments.create({ ...payment }, { transaction, returning: false });
    } catch (error) {
      throw violatedConstraint(error) === 'appointment_payments_once' ? paymentInDoubt() : error;
    }
  },
  async save(payment) {
    await payments.update({ ...payment }, { where: { id: payment.id }, transaction });
  },
});
