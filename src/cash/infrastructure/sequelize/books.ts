import type { Database, Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { Books, LedgerWrite } from '../../application/ports.js';
import { alreadyReversed, originConflict } from '../../domain/errors.js';
import type { Hold } from '../../domain/hold.js';
import type { Side } from '../../domain/transaction.js';
import { toMinor } from './minor-units.js';
import {
  SELECT_TRANSACTIONS,
  toTransaction,
  TRANSACTION_BY_ID,
  type TransactionColumns,
} from './select-transactions.js';

/**
 * One statement for all changes: one round trip, and the triggers see transactions and postings together. The amounts are
 * locked already; the statement still checks that they are as they were read.
 */
const WRITE: Statement = {
  name: 'cash_write',
  text: `
    WITH entry AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1::json) AS e (
        position int, id uuid, amount bigint, currency text, description text, "effectiveAt" timestamptz(3),
        "postedAt" timestamptz(3), "reversalOf" uuid, "refundOf" uuid, "originType" text, "originId" text,
        "originEvent" text, "batchId" uuid, "payerId" uuid, "createdBy" uuid, source uuid, "sourceVersion" int, "sourceAfter" bigint,
        target uuid, "targetVersion" int, "targetAfter" bigint)
    ), batch AS (
      INSERT INTO cash_batches (id, created_at, created_by)
      SELECT id, "createdAt", "createdBy"
      FROM json_to_recordset($3::json) AS b (id uuid, "createdAt" timestamptz(3), "createdBy" uuid)
    ), posted AS (
      INSERT INTO cash_transactions (id, amount, currency, description, effective_at, posted_at, reversal_of, refund_of,
        origin_type, origin_id, origin_event, batch_id, payer_id, created_by)
      SELECT id, amount, currency, description, "effectiveAt", "postedAt", "reversalOf", "refundOf",
        "originType", "originId", "originEvent", "batchId", "payerId", "createdBy"
      FROM entry ORDER BY position
      RETURNING id, number
    ), side AS (
      INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
      SELECT posted.number, s.amount_id, s.delta, e.currency, s.version, s.amount_after, e."effectiveAt", e."postedAt"
      FROM entry e JOIN posted USING (id) CROSS JOIN LATERAL (
        VALUES (e.source, -e.amount, e."sourceVersion", e."sourceAfter"),
               (e.target, e.amount, e."targetVersion", e."targetAfter")
      ) AS s (amount_id, delta, version, amount_after)
    ), changed AS (
      UPDATE cash_amounts a SET amount = c.amount, held = c.held, version = c.version
      FROM json_to_recordset($2::json) AS c (
        id uuid, amount bigint, held bigint, version int, "fromVersion" int, "fromHeld" bigint)
      WHERE a.id = c.id AND a.version = c."fromVersion" AND a.held = c."fromHeld"
      RETURNING a.id
    ), opened AS (
      INSERT INTO cash_holds (id, source_amount_id, target_amount_id, amount, currency, status, expires_at, created_at, created_by)
      SELECT id, source, target, amount, currency, status, "expiresAt", "createdAt", "createdBy"
      FROM json_to_recordset($4::json) AS h (id uuid, source uuid, target uuid, amount bigint, currency text, status text,
        "expiresAt" timestamptz(3), "createdAt" timestamptz(3), "createdBy" uuid)
    ), closed AS (
      UPDATE cash_holds h
      SET status = c.status, captured = c.captured, transaction_id = c."transactionId", closed_at = c."closedAt"
      FROM json_to_recordset($5::json) AS c (
        id uuid, status text, captured bigint, "transactionId" uuid, "closedAt" timestamptz(3))
      WHERE h.id = c.id AND h.status = 'open'
      RETURNING h.id
    )
    SELECT (SELECT json_object_agg(id, number::text) FROM posted) AS numbers,
           (SELECT count(*)::int FROM changed) AS changed, (SELECT count(*)::int FROM closed) AS closed`,
};

const FIND_BY_ORIGIN: Statement = {
  name: 'cash_transaction_by_origin',
  text: `${SELECT_TRANSACTIONS} WHERE t.origin_type = $1 AND t.origin_id = $2 AND t.origin_event = $3`,
};
const REVERSAL_STATUS: Statement = {
  name: 'cash_reversal_status',
  text: `
    SELECT EXISTS (SELECT FROM cash_transactions WHERE reversal_of = $1) AS reversed,
           coalesce((SELECT sum(amount) FROM cash_transactions WHERE refund_of = $1), 0)::text AS refunded`,
};

const entryRow = ({ transaction, source, target }: LedgerWrite['entries'][number], position: number) => ({
  position,
  id: transaction.id,
  amount: transaction.amount,
  currency: transaction.currency,
  description: transaction.description,
  effectiveAt: transaction.effectiveAt,
  postedAt: transaction.postedAt,
  reversalOf: transaction.reversalOf,
  refundOf: transaction.refundOf,
  originType: transaction.origin?.type ?? null,
  originId: transaction.origin?.id ?? null,
  originEvent: transaction.origin?.event ?? null,
  batchId: transaction.batchId,
  payerId: transaction.payerId,
  createdBy: transaction.createdBy,
  source: transaction.source.amountId,
  sourceVersion: source?.version ?? null,
  sourceAfter: source?.amountAfter ?? null,
  target: transaction.target.amountId,
  targetVersion: target?.version ?? null,
  targetAfter: target?.amountAfter ?? null,
});

const amountRow = ({ before, after }: LedgerWrite['amounts'][number]) => ({
  id: after.id,
  amount: after.amount,
  held: after.held,
  version: after.version,
  fromVersion: before.version,
  fromHeld: before.held,
});

const idOf = ({ amountId }: Side): string => amountId;

const openedRow = (hold: Hold) => ({
  id: hold.id,
  source: idOf(hold.source),
  target: idOf(hold.target),
  amount: hold.amount,
  currency: hold.currency,
  status: hold.status,
  expiresAt: hold.expiresAt,
  createdAt: hold.createdAt,
  createdBy: hold.createdBy,
});

const closedRow = ({ id, status, captured, transactionId, closedAt }: Hold) => ({
  id,
  status,
  captured,
  transactionId,
  closedAt,
});

/** Two constraints are conflicts of the caller; the violation of any other is a bug. */
function translate(error: unknown): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'cash_transactions_origin_key') return originConflict();
  return constraint === 'cash_transactions_reversal_of_key' ? alreadyReversed() : error;
}

type Written = Readonly<{ numbers: Record<string, string> | null; changed: number; closed: number }>;

export const makeBooks = ({ database }: { database: Database }): Books => ({
  async write({ batch, entries, amounts, openedHolds = [], closedHolds = [] }) {
    const values = [
      entries.map(entryRow),
      amounts.map(amountRow),
      batch === undefined ? [] : [batch],
      openedHolds.map(openedRow),
      closedHolds.map(closedRow),
    ].map((rows) => JSON.stringify(rows));
    const [written] = await database.rows<Written>(WRITE, values).catch((error: unknown) => {
      throw translate(error);
    });
    if (written?.changed !== amounts.length || written.closed !== closedHolds.length)
      throw new Error('amounts or holds were changed by somebody else under their locks');
    const numbers = written.numbers ?? {};
    return entries.map(({ transaction }) => ({
      ...transaction,
      number: toMinor(numbers[transaction.id] ?? NaN),
    }));
  },
  async find(id) {
    const [row] = await database.rows<TransactionColumns>(TRANSACTION_BY_ID, [id]);
    return row && toTransaction(row);
  },
  async findByOrigin({ type, id, event }) {
    const [row] = await database.rows<TransactionColumns>(FIND_BY_ORIGIN, [type, id, event]);
    return row && toTransaction(row);
  },
  async reversalStatus(id) {
    const [row] = await database.rows<{ reversed: boolean; refunded: string }>(REVERSAL_STATUS, [id]);
    return { reversed: row?.reversed ?? false, refunded: toMinor(row?.refunded ?? 0) };
  },
});
