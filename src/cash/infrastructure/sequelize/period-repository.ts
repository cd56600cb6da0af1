import type { Transaction } from 'sequelize';
import type { PeriodRepository } from '../../application/ports.js';
import type { ClosedPeriod } from '../../domain/period.js';
import type { CashModels } from './models/cash-models.js';
import type { PeriodRow } from './models/period.js';

const toClosedPeriod = (row: PeriodRow): ClosedPeriod => ({
  id: row.id,
  realAccountId: row.realAccountId,
  period: row.period,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  closedAt: row.closedAt,
  closedBy: row.closedBy,
});

export const makePeriodRepository = ({
  cashModels: { periods, periodReopenings },
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
  async lastClosed(realAccountId, limit) {
    const rows = await periods.findAll({
      where: { realAccountId, '$reopening.id$': null },
      include: { association: 'reopening', attributes: [] },
      order: [['period', 'DESC']],
      limit,
      subQuery: false,
      transaction,
    });
    return rows.map(toClosedPeriod);
  },
  async reopen({ id, periodId, reason, reopenedAt, reopenedBy }) {
    await periodReopenings.create(
      { id, periodId, reason, reopenedAt, reopenedBy },
      { transaction, returning: false },
    );
  },
});
