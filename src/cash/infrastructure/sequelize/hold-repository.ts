import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { HoldRepository } from '../../application/ports.js';
import { restoreHold, type Hold, type HoldStatus } from '../../domain/hold.js';
import { toMinorOrNull } from './minor-units.js';
import { holdAttributes } from './models/hold.js';
import { SIDE_COLUMNS, toSides, type SideColumns } from './sides.js';

export type HoldColumns = SideColumns &
  Readonly<{
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
  }>;

export const SELECT_HOLDS = `
  SELECT ${columns(holdAttributes(), 'h')}, ${SIDE_COLUMNS}
  FROM cash_holds h
  JOIN cash_amounts s ON s.id = h.source_amount_id JOIN cash_amounts g ON g.id = h.target_amount_id`;

export const toHold = (row: HoldColumns): Hold =>
  restoreHold({
    id: row.id,
    ...toSides(row),
    amount: toNumber(row.amount),
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
  text: `${SELECT_HOLDS} WHERE h.id = $1`,
};
const DUE: Statement = {
  name: 'cash_due_holds',
  text: `
    ${SELECT_HOLDS}
    WHERE h.source_amount_id = ANY ($1::uuid[]) AND h.status = 'open' AND h.expires_at <= $2 ORDER BY h.id`,
};

export const makeHoldRepository = ({ database }: { database: Database }): HoldRepository => ({
  async find(id) {
    const [row] = await database.rows<HoldColumns>(HOLD_BY_ID, [id]);
    return row && toHold(row);
  },
  due: async (amountIds, now) => (await database.rows<HoldColumns>(DUE, [[...amountIds], now])).map(toHold),
});
