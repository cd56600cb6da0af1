import type { Database, Statement } from '../../../platform/database/database.js';
import type { HoldRepository } from '../../application/ports.js';
import { restoreHold, type Hold, type HoldStatus } from '../../domain/hold.js';
import { toMinor, toMinorOrNull } from './minor-units.js';

/** A row with the columns below. */
export type HoldColumns = Readonly<{
  id: string;
  amount: string;
  currency: string;
  status: HoldStatus;
  expiresAt: Date;
  captured: string | null;
  transactionId: string | null;
  createdAt: Date;
  closedAt: Date | null;
  createdBy: string | null;
  sourceAmountId: string;
  sourceAccountId: string;
  sourceRealAccountId: string;
  targetAmountId: string;
  targetAccountId: string;
  targetRealAccountId: string;
}>;

export const HOLD_COLUMNS = `h.id, h.amount, h.currency, h.status, h.expires_at AS "expiresAt", h.captured,
  h.transaction_id AS "transactionId", h.created_at AS "createdAt", h.closed_at AS "closedAt", h.created_by AS "createdBy",
  s.id AS "sourceAmountId", s.account_id AS "sourceAccountId", s.real_account_id AS "sourceRealAccountId",
  g.id AS "targetAmountId", g.account_id AS "targetAccountId", g.real_account_id AS "targetRealAccountId"`;

export const HOLD_ENDS = `
  JOIN cash_amounts s ON s.id = h.source_amount_id JOIN cash_amounts g ON g.id = h.target_amount_id`;

export const toHold = (row: HoldColumns): Hold =>
  restoreHold({
    id: row.id,
    source: {
      amountId: row.sourceAmountId,
      accountId: row.sourceAccountId,
      realAccountId: row.sourceRealAccountId,
    },
    target: {
      amountId: row.targetAmountId,
      accountId: row.targetAccountId,
      realAccountId: row.targetRealAccountId,
    },
    amount: toMinor(row.amount),
    currency: row.currency,
    status: row.status,
    expiresAt: row.expiresAt,
    captured: toMinorOrNull(row.captured),
    transactionId: row.transactionId,
    createdAt: row.createdAt,
    closedAt: row.closedAt,
    createdBy: row.createdBy,
  });

export const HOLD_BY_ID: Statement = {
  name: 'cash_hold_by_id',
  text: `SELECT ${HOLD_COLUMNS} FROM cash_holds h ${HOLD_ENDS} WHERE h.id = $1`,
};
const DUE: Statement = {
  name: 'cash_due_holds',
  text: `
    SELECT ${HOLD_COLUMNS} FROM cash_holds h ${HOLD_ENDS}
    WHERE h.source_amount_id = ANY ($1::uuid[]) AND h.status = 'open' AND h.expires_at <= $2 ORDER BY h.id`,
};

export const makeHoldRepository = ({ database }: { database: Database }): HoldRepository => ({
  async find(id) {
    const [row] = await database.rows<HoldColumns>(HOLD_BY_ID, [id]);
    return row && toHold(row);
  },
  due: async (amountIds, now) => (await database.rows<HoldColumns>(DUE, [[...amountIds], now])).map(toHold),
});
