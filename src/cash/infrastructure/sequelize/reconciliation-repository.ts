import type { Transaction } from 'sequelize';
import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { ReconciliationRepository } from '../../application/bank-ports.js';
import type { Reconciliation } from '../../domain/reconciliation.js';
import type { CashModels } from './models/cash-models.js';

/** A row of `cash_reconciliations`, from the model or from a query with its columns. */
export type ReconciliationColumns = Omit<Reconciliation, 'closingBalance'> &
  Readonly<{ closingBalance: string | number }>;

export const toReconciliation = (row: ReconciliationColumns): Reconciliation => ({
  id: row.id,
  realAccountId: row.realAccountId,
  currency: row.currency,
  through: row.through,
  closingBalance: toNumber(row.closingBalance),
  adjustmentId: row.adjustmentId,
  reconciledAt: row.reconciledAt,
  reconciledBy: row.reconciledBy,
});

const OPEN_HOLDS: Statement = {
  name: 'cash_open_holds_of_real_account',
  text: `
    SELECT count(*)::int AS open FROM cash_amounts a JOIN cash_holds h ON h.source_amount_id = a.id
    WHERE a.real_account_id = $1 AND h.status = 'open' AND h.created_at < $2`,
};

export const makeReconciliationRepository = ({
  cashModels: { reconciliations },
  transaction,
  database,
}: {
  cashModels: CashModels;
  transaction: Transaction;
  database: Database;
}): ReconciliationRepository => ({
  async insert({ id, realAccountId, currency, through, closingBalance, adjustmentId, ...of }) {
    const { reconciledAt, reconciledBy } = of;
    await reconciliations.create(
      { id, realAccountId, currency, through, closingBalance, adjustmentId, reconciledAt, reconciledBy },
      { transaction, returning: false },
    );
  },
  async latest(realAccountId) {
    const row = await reconciliations.findOne({
      where: { realAccountId },
      order: [
        ['through', 'DESC'],
        ['id', 'DESC'],
      ],
      transaction,
    });
    return row === null ? undefined : toReconciliation(row);
  },
  async openHolds(realAccountId, before) {
    const [row] = await database.rows<{ open: number }>(OPEN_HOLDS, [realAccountId, before]);
    return row?.open ?? 0;
  },
});
