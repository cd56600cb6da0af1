import type { Transaction } from 'sequelize';
import type { PeriodRepository } from '../../application/ports.js';
import type { CashModels } from './models.js';

export const makePeriodRepository = ({
  cashModels: { periods },
  transaction,
}: {
  cashModels: CashModels;
  transaction: Transaction;
}): PeriodRepository => ({
  async insert({ id, realAccountId, period, startsAt, endsAt, closedAt, closedBy }) {
    await periods.create(
      { id, realAccountId, period, startsAt, endsAt, closedAt, closedBy },
      { transaction, returning: false },
    );
  },
});
