import type { Transaction } from 'sequelize';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { PeriodRepository } from '../../application/ports.js';
import type { ClosedPeriod } from '../../domain/period.js';
import type { CashModels } from './models/cash-models.js';

const LAST_CLOSED: Statement = {
  name: 'cash_last_closed_periods',
  text: `
    SELECT p.id, p.real_account_id AS "realAccountId", p.period, p.starts_at AS "startsAt", p.ends_at AS "endsAt",
      p.closed_at AS "closedAt", p.closed_by AS "closedBy"
    FROM cash_periods p
    WHERE p.real_account_id = $1 AND NOT EXISTS (SELECT FROM cash_period_reopenings o WHERE o.period_id = p.id)
    ORDER BY p.period DESC LIMIT $2`,
};

export const makePeriodRepository = ({
  cashModels: { periods, periodReopenings },
  transaction,
  database,
}: {
  cashModels: CashModels;
  transaction: Transaction;
  database: Database;
}): PeriodRepository => ({
  async insert({ id, realAccountId, period, startsAt, endsAt, closedAt, closedBy }) {
    await periods.create(
      { id, realAccountId, period, startsAt, endsAt, closedAt, closedBy },
      { transaction, returning: false },
    );
  },
  lastClosed: (realAccountId, limit) => database.rows<ClosedPeriod>(LAST_CLOSED, [realAccountId, limit]),
  async reopen({ id, periodId, reason, reopenedAt, reopenedBy }) {
    await periodReopenings.create(
      { id, periodId, reason, reopenedAt, reopenedBy },
      { transaction, returning: false },
    );
  },
});
