import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { OutdatedLockOrder } from '../../../platform/database/errors.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { AmountRepository, AmountRef, AmountScope } from '../../application/ports.js';
import { restoreAmount, type Amount } from '../../domain/amount.js';
import { toMinorOrNull, toSum } from './minor-units.js';
import { amountAttributes } from './models/amount.js';

type AmountColumns = Readonly<{
  id: string;
  accountId: string;
  realAccountId: string;
  currency: string;
  amount: string;
  held: string;
  floor: string | null;
  version: number;
  hot: boolean;
  frozen: boolean;
  closedUntil: Date | null;
}>;

const toAmount = (row: AmountColumns): Amount =>
  restoreAmount({
    id: row.id,
    accountId: row.accountId,
    realAccountId: row.realAccountId,
    currency: row.currency,
    // No posting sums up a hot amount, so its sum may be beyond 2^53−1.
    amount: toSum(row.amount),
    held: toNumber(row.held),
    floor: toMinorOrNull(row.floor),
    version: row.version,
    hot: row.hot,
    frozen: row.frozen,
    closedUntil: row.closedUntil,
  });

const COLUMNS = columns(amountAttributes(), 'l');

const MISSING: Statement = {
  name: 'cash_missing_amounts',
  text: `
    SELECT DISTINCT w.account_id AS "accountId", w.real_account_id AS "realAccountId"
    FROM unnest($1::uuid[], $2::uuid[]) AS w (account_id, real_account_id)
    WHERE w.real_account_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM cash_amounts a WHERE a.account_id = w.account_id AND a.real_account_id = w.real_account_id
    )`,
};

// The share locks keep the copied columns unchanged until the new row is committed.
const ENSURE: Statement = {
  name: 'cash_ensure_amount',
  text: `
    INSERT INTO cash_amounts
      (id, account_id, real_account_id, currency, amount, held, floor, version, hot, checkpoint, frozen, closed_until)
    SELECT $1, e.id, r.id, r.currency, 0, 0, e.floor, 0, e.hot, 0,
           e.archived_at IS NOT NULL OR r.archived_at IS NOT NULL, r.closed_until
    FROM cash_real_accounts r JOIN cash_accounts e ON e.currency = r.currency
    WHERE e.id = $2 AND r.id = $3
    FOR SHARE OF r, e
    ON CONFLICT ON CONSTRAINT cash_amounts_place_key DO NOTHING`,
};
const DELETE_UNUSED: Statement = {
  name: 'cash_delete_unused_amounts',
  text: 'DELETE FROM cash_amounts WHERE id = ANY ($1::uuid[])',
};

/**
 * One lock order: first the amounts that are updated, by id, then the hot ones, by id. KEY SHARE on a hot amount blocks only
 * those that wait for all postings: checkpoints, closing a month, archiving, a new floor.
 */
const lockStatement = (name: string, wanted: string, hotToo: boolean): Statement => ({
  name,
  text: `
    WITH wanted AS MATERIALIZED (${wanted}),
    updated AS MATERIALIZED (
      SELECT a.* FROM cash_amounts a WHERE a.id IN (SELECT id FROM wanted WHERE NOT hot)
      ORDER BY a.id FOR NO KEY UPDATE OF a
    ), summed AS MATERIALIZED (
      SELECT a.* FROM cash_amounts a WHERE a.id IN (SELECT id FROM wanted WHERE hot)
      ORDER BY a.id FOR ${hotToo ? 'NO KEY UPDATE' : 'KEY SHARE'} OF a
    )
    SELECT w.position::int AS position, w.hot AS "takenAsHot", ${COLUMNS}
    FROM (SELECT * FROM updated UNION ALL SELECT * FROM summed) AS l JOIN wanted w ON w.id = l.id`,
});

const AT_PLACES = `
  SELECT w.position, a.id, a.hot
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w (account_id, real_account_id, position)
  JOIN cash_accounts e ON e.id = w.account_id
  JOIN cash_amounts a ON a.account_id = e.id AND a.real_account_id = coalesce(w.real_account_id, e.real_account_id)`;

const LOCK_TO_POST = lockStatement('cash_lock_to_post', AT_PLACES, false);
const LOCK_EXCLUSIVELY = lockStatement('cash_lock_exclusively', AT_PLACES, true);
const LOCK_BY_IDS = lockStatement(
  'cash_lock_by_ids',
  'SELECT 0 AS position, id, hot FROM cash_amounts WHERE id = ANY ($1::uuid[])',
  true,
);

/** The column of `cash_amounts` that identifies the scope, and its value. */
const columnOf = (scope: AmountScope): readonly [column: 'account_id' | 'real_account_id', id: string] =>
  'accountId' in scope ? ['account_id', scope.accountId] : ['real_account_id', scope.realAccountId];

const lockScope = (column: string): Statement => ({
  name: `cash_lock_whole_${column}`,
  text: `
    WITH updated AS MATERIALIZED (
      SELECT id FROM cash_amounts WHERE ${column} = $1 AND NOT hot ORDER BY id FOR UPDATE
    ), summed AS MATERIALIZED (
      SELECT id FROM cash_amounts WHERE ${column} = $1 AND hot ORDER BY id FOR UPDATE
    )
    SELECT id FROM updated UNION ALL SELECT id FROM summed`,
});
const readWhole = (column: string): Statement => ({
  name: `cash_read_whole_${column}`,
  text: `
    SELECT ${COLUMNS}, b.amount AS balance
    FROM cash_amounts l JOIN cash_balances b ON b.amount_id = l.id WHERE l.${column} = $1 ORDER BY l.id`,
});
const refresh = (column: string): Statement => ({
  name: `cash_refresh_${column}`,
  text: `
    UPDATE cash_amounts a
    SET floor = e.floor, hot = e.hot, frozen = e.archived_at IS NOT NULL OR r.archived_at IS NOT NULL,
        closed_until = r.closed_until, amount = b.amount,
        checkpoint = coalesce((SELECT max(p.transaction_number) FROM cash_postings p WHERE p.amount_id = a.id), 0)
    FROM cash_accounts e, cash_real_accounts r, cash_balances b
    WHERE a.${column} = $1 AND e.id = a.account_id AND r.id = a.real_account_id AND b.amount_id = a.id`,
});

const LOCK_FOR_CHECKPOINT: Statement = {
  name: 'cash_lock_for_checkpoint',
  text: 'SELECT id FROM cash_amounts WHERE id = $1 AND hot FOR UPDATE',
};
// Every posting in the sum held KEY SHARE before it drew its number, so later postings have higher numbers.
// A sum beyond 2^53−1 is not stored: the checkpoint stays, and the balance remains a longer sum.
const CHECKPOINT: Statement = {
  name: 'cash_checkpoint',
  text: `
    UPDATE cash_amounts a SET amount = (a.amount + tail.sum)::bigint, checkpoint = tail.last
    FROM (
      SELECT sum(p.delta) AS sum, max(p.transaction_number) AS last
      FROM cash_amounts c JOIN cash_postings p ON p.amount_id = c.id AND p.transaction_number > c.checkpoint
      WHERE c.id = $1
    ) AS tail
    WHERE a.id = $1 AND a.hot AND tail.last IS NOT NULL
      AND a.amount + tail.sum BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`,
};

const FIRST_EFFECTIVE: Statement = {
  name: 'cash_first_effective',
  text: `
    SELECT min(first.effective_at) AS at
    FROM cash_amounts a CROSS JOIN LATERAL (
      SELECT p.effective_at FROM cash_postings p
      WHERE p.amount_id = a.id AND p.effective_at >= coalesce($2::timestamptz, '-infinity') AND p.effective_at < $3
      ORDER BY p.effective_at LIMIT 1
    ) AS first
    WHERE a.real_account_id = $1`,
};
const LAST_POSTED: Statement = {
  name: 'cash_last_posted',
  text: `
    SELECT max(p.posted_at) AS at FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
    WHERE a.real_account_id = $1 AND p.effective_at < $2`,
};

const accountIds = (refs: readonly AmountRef[]) => refs.map(({ accountId }) => accountId);
const realAccountIds = (refs: readonly AmountRef[]) => refs.map(({ realAccountId }) => realAccountId ?? null);

/** Repetitions when a floor is set or removed during the wait for a lock, which is rare. */
const ATTEMPTS = 5;

export const makeAmountRepository = ({ database }: { database: Database }): AmountRepository => {
  type Locked = AmountColumns & Readonly<{ position: number; takenAsHot: boolean }>;
  /**
   * Repeats the locking when a row has become hot during the wait, because its lock is stronger than needed. A row that is no
   * longer hot belongs earlier in the lock order.
   */
  async function lock(statement: Statement, values: readonly unknown[]): Promise<readonly Locked[]> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const rows = await database.rows<Locked>(statement, values);
      if (rows.some(({ hot, takenAsHot }) => takenAsHot && !hot))
        throw new OutdatedLockOrder('An amount got a floor while its lock was waited for.');
      if (rows.every(({ hot, takenAsHot }) => hot === takenAsHot)) return rows;
    }
    throw new Error('amounts keep changing between hot and not');
  }
  return {
    missing: (refs) => database.rows<AmountRef>(MISSING, [accountIds(refs), realAccountIds(refs)]),
    async ensure({ id, accountId, realAccountId }) {
      await database.rows(ENSURE, [id, accountId, realAccountId]);
    },
    async deleteUnused(ids) {
      if (ids.length > 0) await database.rows(DELETE_UNUSED, [ids]);
    },
    async lock(refs, how) {
      const statement = how === 'exclusive' ? LOCK_EXCLUSIVELY : LOCK_TO_POST;
      const rows = await lock(statement, [accountIds(refs), realAccountIds(refs)]);
      // One object for each amount, even if several refs name it.
      const amounts = new Map(rows.map((row) => [row.id, toAmount(row)]));
      const idAt = new Map(rows.map(({ position, id }) => [position, id]));
      return refs.map((_, index) => amounts.get(idAt.get(index + 1) ?? ''));
    },
    async lockByIds(ids) {
      const rows = await lock(LOCK_BY_IDS, [[...new Set(ids)]]);
      return rows.map(toAmount).sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async lockScope(scope) {
      const [column, id] = columnOf(scope);
      await database.rows(lockScope(column), [id]);
      // A separate statement, because its snapshot must be taken after the locks.
      type Row = AmountColumns & Readonly<{ balance: string }>;
      const rows = await database.rows<Row>(readWhole(column), [id]);
      return rows.map(({ balance, ...row }) => toAmount({ ...row, amount: balance }));
    },
    async refresh(scope) {
      const [column, id] = columnOf(scope);
      await database.rows(refresh(column), [id]);
    },
    async checkpoint(id) {
      const locked = await database.rows(LOCK_FOR_CHECKPOINT, [id]);
      if (locked.length > 0) await database.rows(CHECKPOINT, [id]);
    },
    async firstEffective(realAccountId, { from, to }) {
      const [row] = await database.rows<{ at: Date | null }>(FIRST_EFFECTIVE, [realAccountId, from, to]);
      return row?.at ?? undefined;
    },
    async lastPosted(realAccountId, before) {
      const [row] = await database.rows<{ at: Date | null }>(LAST_POSTED, [realAccountId, before]);
      return row?.at ?? undefined;
    },
  };
};
