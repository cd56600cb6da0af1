import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { CashPorts, PostedTransaction } from './ports.js';
import { postRequest, type PostingRequest, type PostingDependencies } from './posting.js';
import { findStandardCodes } from './standard-accounts.js';

/** A transaction as a client requests it. Real accounts default to the homes of the accounts, `effectiveAt` to now. */
export type TransactionRequest = Readonly<{
  sourceAccountId: string;
  targetAccountId: string;
  sourceRealAccountId?: string | undefined;
  targetRealAccountId?: string | undefined;
  amount: Money;
  effectiveAt?: Date | undefined;
  description?: string | null | undefined;
}>;

export const toPostingRequest = (request: TransactionRequest): PostingRequest => ({
  source: { accountId: request.sourceAccountId, realAccountId: request.sourceRealAccountId },
  target: { accountId: request.targetAccountId, realAccountId: request.targetRealAccountId },
  amount: request.amount,
  effectiveAt: request.effectiveAt,
  description: request.description,
});

/**
 * Moves money between two amounts. 422 `validation`, `insufficient-funds`, `currency-mismatch`, `same-amount`;
 * conflict `account-archived`, `period-closed`, `owned-account`.
 */
export type PostTransaction = (
  command: TransactionRequest & Readonly<{ createdBy: string | null }>,
) => Promise<PostedTransaction>;

type Dependencies = PostingDependencies & Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makePostTransaction = ({
  cashUnitOfWork,
  clock,
  ids,
  timeZones,
  practice,
}: Dependencies): PostTransaction => {
  const dependencies = { clock, ids, timeZones, practice };
  return ({ createdBy, ...request }) =>
    cashUnitOfWork.run(async (ports) =>
      postRequest(ports, dependencies, toPostingRequest(request), {
        createdBy,
        byHand: await findStandardCodes(ports),
      }),
    );
};
