import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import { idOut, instant, money } from '../../platform/http/requests/schemas.js';
import type { PostedTransaction, Transaction } from '../application/ports.js';
import type { PostedBatch } from '../application/post-batch.js';
import { end } from './schemas.js';

const transactionFields = {
  source: end,
  target: end,
  amount: money,
  description: z.string().nullable(),
  effectiveAt: instant.meta({ description: 'When it happened' }),
  postedAt: instant.meta({ description: 'When it was posted' }),
  reversalOf: idOut.optional(),
  refundOf: idOut.optional(),
  origin: z
    .object({ type: z.string(), id: z.string(), event: z.string() })
    .optional()
    .meta({ description: 'The event that caused the transaction; each event is posted once' }),
  batchId: idOut.optional(),
};

export const transactionView = z
  .object({
    id: idOut,
    number: z.int().min(1).meta({ description: 'Increases with each transaction; numbers may be missing' }),
    ...transactionFields,
  })
  .meta({ id: 'Transaction' });

const toTransactionFields = (transaction: Transaction) => ({
  source: { accountId: transaction.source.accountId, realAccountId: transaction.source.realAccountId },
  target: { accountId: transaction.target.accountId, realAccountId: transaction.target.realAccountId },
  amount: makeMoney(transaction.amount, transaction.currency),
  description: transaction.description,
  effectiveAt: transaction.effectiveAt.toISOString(),
  postedAt: transaction.postedAt.toISOString(),
  ...(transaction.reversalOf !== null && { reversalOf: transaction.reversalOf }),
  ...(transaction.refundOf !== null && { refundOf: transaction.refundOf }),
  ...(transaction.origin !== null && { origin: transaction.origin }),
  ...(transaction.batchId !== null && { batchId: transaction.batchId }),
});

export const toTransactionView = (transaction: PostedTransaction): z.infer<typeof transactionView> => ({
  id: transaction.id,
  number: transaction.number,
  ...toTransactionFields(transaction),
});

export const batchView = z
  .object({
    id: idOut.nullable().meta({ description: 'null after a dry run' }),
    dryRun: z.boolean(),
    transactions: z.array(
      z
        .object({
          id: idOut.nullable().meta({ description: 'null after a dry run' }),
          number: z.int().min(1).nullable(),
          ...transactionFields,
        })
        .meta({ id: 'BatchItem' }),
    ),
  })
  .meta({ id: 'Batch' });

export const toBatchView = (batch: PostedBatch): z.infer<typeof batchView> => ({
  id: batch.id,
  dryRun: batch.dryRun,
  transactions: batch.transactions.map((transaction) => ({
    id: batch.dryRun ? null : transaction.id,
    number: transaction.number,
    ...toTransactionFields(transaction),
  })),
});
