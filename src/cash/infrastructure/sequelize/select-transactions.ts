import { toNumber } from '../../../platform/database/big-integer.js';
import type { Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { PostedTransaction } from '../../domain/transaction.js';
import { transactionAttributes } from './models/transaction.js';
import { SIDE_COLUMNS, toSides, type SideColumns } from './sides.js';

export type TransactionColumns = SideColumns &
  Readonly<{
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
  }>;

/** @param from a table expression with the transactions `t` */
const selectTransactionsFrom = (from: string): string => `
  SELECT ${columns(transactionAttributes(), 't')}, ${SIDE_COLUMNS}
  FROM ${from}
  JOIN cash_postings minus ON minus.transaction_number = t.number AND minus.delta < 0
  JOIN cash_amounts s ON s.id = minus.amount_id
  JOIN cash_postings plus ON plus.transaction_number = t.number AND plus.delta > 0
  JOIN cash_amounts g ON g.id = plus.amount_id`;

export const SELECT_TRANSACTIONS = selectTransactionsFrom('cash_transactions t');
/** Of a table `page` of transaction numbers. */
export const SELECT_TRANSACTIONS_OF_PAGE = selectTransactionsFrom(
  'page JOIN cash_transactions t ON t.number = page.number',
);

export const TRANSACTION_BY_ID: Statement = {
  name: 'cash_transaction_by_id',
  text: `${SELECT_TRANSACTIONS} WHERE t.id = $1`,
};

export const toTransaction = (row: TransactionColumns): PostedTransaction => ({
  id: row.id,
  number: toNumber(row.number),
  ...toSides(row),
  amount: toNumber(row.amount),
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
