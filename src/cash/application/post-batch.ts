import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Transaction } from '../domain/transaction.js';
import type { CashPorts, PostedTransaction } from './ports.js';
import { planPostings, type PostingDependencies } from './posting.js';
import { findStandardCodes } from './standard-accounts.js';
import { toPostingRequest, type TransactionRequest } from './post-transaction.js';

/** `id` and the numbers of the transactions are null after a dry run. */
export type PostedBatch = Readonly<{
  id: string | null;
  dryRun: boolean;
  transactions: readonly (PostedTransaction | (Transaction & Readonly<{ number: null }>))[];
}>;

/**
 * Posts all of the transactions or none, each to the balances that those before it leave. With `dryRun` it makes the same checks
 * and posts nothing. Errors as for one transaction, with the `index` of the item in their details.
 */
export type PostBatch = (
  command: Readonly<{
    transactions: readonly TransactionRequest[];
    dryRun: boolean;
    createdBy: string | null;
  }>,
) => Promise<PostedBatch>;

type Dependencies = PostingDependencies & Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makePostBatch = ({
  cashUnitOfWork,
  clock,
  ids,
  timeZones,
  practice,
}: Dependencies): PostBatch => {
  const dependencies = { clock, ids, timeZones, practice };
  return ({ transactions, dryRun, createdBy }) =>
    cashUnitOfWork.run(async (ports) => {
      const batchId = ids.next();
      const { entries, balances, expired, createdAmountIds, now } = await planPostings(
        ports,
        dependencies,
        transactions.map(toPostingRequest),
        { createdBy, batchId, inList: true, byHand: await findStandardCodes(ports) },
      );
      if (dryRun) {
        await ports.amounts.deleteUnused(createdAmountIds);
        return {
          id: null,
          dryRun,
          transactions: entries.map(({ transaction }) => ({ ...transaction, batchId: null, number: null })),
        };
      }
      const posted = await ports.books.write({
        batch: { id: batchId, createdAt: now, createdBy },
        entries,
        amounts: balances.changes(),
        closedHolds: expired,
      });
      return { id: batchId, dryRun, transactions: posted };
    });
};
