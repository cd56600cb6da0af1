import type { Statement } from '../../../platform/database/database.js';
import type { PostedTransaction } from '../../domain/transaction.js';
import { toMinor } from './minor-units.js';

/** A row with the columns below. */
export type TransactionColumns = Readonly<{
  id: string;
  number: string;
  amount: string;
  currency: string;
  description: string | null;
  effectiveAt: Date;
  postedAt: Date;
  reversalOf: string | null;
  refundOf: string | null;
  originType: string | null;
  originId: string | null;
  originEvent: string | null;
  batchId: string | null;
  payerId: string | null;
  createdBy: string | null;
  sourceAmountId: string;
  sourceAccountId: string;
  sourceRealAccountId: string;
  targetAmountId: string;
  targetAccountId: string;
  targetRealAccountId: string;
}>;

export const TRANSACTION_COLUMNS = `t.id, t.number, t.amount, t.currency, t.description, t.effective_at AS "effectiveAt",
  t.posted_at AS "postedAt", t.reversal_of AS "reversalOf", t.refund_of AS "refundOf", t.origin_type AS "originType",
  t.origin_id AS "originId", t.origin_event AS "originEvent", t.batch_id AS "batchId", t.payer_id AS "payerId", t.created_by AS "createdBy",
  s.id AS "sourceAmountId", s.account_id AS "sourceAccountId", s.real_account_id AS "sourceRealAccountId",
  g.id AS "targetAmountId", g.account_id AS "targetAccountId", g.real_account_id AS "targetRealAccountId"`;

/** Joins the two sides of transactions `t`: `s` is the source, `g` the target. */
export const BOTH_ENDS = `
  JOIN cash_postings minus ON minus.transaction_number = t.number AND minus.delta < 0
  JOIN cash_amounts s ON s.id = minus.amount_id
  JOIN cash_postings plus ON plus.transaction_number = t.number AND plus.delta > 0
  JOIN cash_amounts g ON g.id = plus.amount_id`;

export const TRANSACTION_BY_ID: Statement = {
  name: 'cash_transaction_by_id',
  text: `SELECT ${TRANSACTION_COLUMNS} FROM cash_transactions t ${BOTH_ENDS} WHERE t.id = $1`,
};

export const toTransaction = (row: TransactionColumns): PostedTransaction => ({
  id: row.id,
  number: toMinor(row.number),
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
  description: row.description,
  effectiveAt: row.effectiveAt,
  postedAt: row.postedAt,
  reversalOf: row.reversalOf,
  refundOf: row.refundOf,
  origin:
    row.originType === null || row.originId === null || row.originEvent === null
      ? null
      : { type: row.originType, id: row.originId, event: row.originEvent },
  batchId: row.batchId,
  payerId: row.payerId,
  createdBy: row.createdBy,
});
