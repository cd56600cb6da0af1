import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import type { HoldQueries } from '../../application/ports.js';
import type { HoldStatus } from '../../domain/hold.js';
import { HOLD_BY_ID, SELECT_HOLDS, toHold, type HoldColumns } from './hold-repository.js';

type Filter = Readonly<{
  accountId?: string | undefined;
  status?: Readonly<{ is: HoldStatus; at: Date }> | undefined;
}>;

/** Newest first. */
const HOLDS: List<Filter> = {
  name: 'cash_holds',
  filters: {
    accountId: (id, bind) => `${bind(id)} IN (s.account_id, g.account_id)`,
    // An open hold past its expiry counts as expired, even before the job has released it.
    status: ({ is, at }, bind) =>
      `CASE WHEN h.status = 'open' AND h.expires_at <= ${bind(at)} THEN 'expired' ELSE h.status END = ${bind(is)}`,
  },
  sortKeys: [{ sql: 'h.id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) => `${SELECT_HOLDS} ${where} ${orderBy} ${limit}`,
};

const AMOUNTS_WITH_DUE_HOLDS: Statement = {
  name: 'cash_amounts_with_due_holds',
  text: `
    SELECT DISTINCT source_amount_id AS id FROM cash_holds
    WHERE status = 'open' AND expires_at <= $1 ORDER BY source_amount_id LIMIT $2`,
};

export const makeHoldQueries = ({ database }: { database: Database }): HoldQueries => ({
  async hold(id) {
    const [row] = await database.rows<HoldColumns>(HOLD_BY_ID, [id]);
    return row && toHold(row);
  },
  async holds({ accountId, status }, page, now) {
    const filter = { accountId, status: status && { is: status, at: now } };
    const { statement, values } = listStatement(HOLDS, { filter, page, direction: 'DESC' });
    const rows = await database.rows<HoldColumns>(statement, values);
    return toPage(rows.map(toHold), page.limit, ({ id }) => [id]);
  },
  async amountsWithDueHolds(now, limit) {
    const rows = await database.rows<{ id: string }>(AMOUNTS_WITH_DUE_HOLDS, [now, limit]);
    return rows.map(({ id }) => id);
  },
});
