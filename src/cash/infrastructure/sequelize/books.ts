import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { Books } from '../../application/ports.js';
import { alreadyReversed, originConflict } from '../../domain/errors.js';
import {
  SELECT_TRANSACTIONS,
  toTransaction,
  TRANSACTION_BY_ID,
  type TransactionColumns,
} from './select-transactions.js';
import { writeStatement } from './write-statement.js';

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

/** Two constraints are conflicts of the caller; the violation of any other is a bug. */
function translate(error: unknown): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'cash_transactions_origin_key') return originConflict();
  return constraint === 'cash_transactions_reversal_of_key' ? alreadyReversed() : error;
}

type Written = Readonly<{ numbers: Record<string, string> | null; changed: number; closed: number }>;

export const makeBooks = ({ database }: { database: Database }): Books => ({
  async write(writing) {
    const { entries, amounts, closedHolds = [] } = writing;
    const { statement, values } = writeStatement(writing);
    const [written] = await database.rows<Written>(statement, values).catch((error: unknown) => {
      throw translate(error);
    });
    if (written?.changed !== amounts.length || written.closed !== closedHolds.length)
      throw new Error('amounts or holds were changed by somebody else under their locks');
    const numbers = written.numbers ?? {};
    return entries.map(({ transaction }) => ({
      ...transaction,
      number: toNumber(numbers[transaction.id] ?? NaN),
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
    return { reversed: row?.reversed ?? false, refunded: toNumber(row?.refunded ?? 0) };
  },
});
