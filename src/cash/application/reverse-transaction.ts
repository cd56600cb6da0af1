import { notFound } from '../../kernel/errors.js';
import { money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertNotOwnedByOrigin, assertReversible, type Side } from '../domain/transaction.js';
import type { CashPorts, PostedTransaction } from './ports.js';
import { planPostings, type PostingDependencies } from './posting.js';
import { findStandardCodes } from './standard-accounts.js';

/**
 * Moves the whole amount back, effective when the original was or today. conflict `owned-by-origin`,
 * `owned-account`, `already-reversed`, `already-refunded`, `period-closed`, `account-archived`; 422 `insufficient-funds`.
 */
export type ReverseTransaction = (
  command: Readonly<{ id: string; date: 'original' | 'today'; createdBy: string | null }>,
) => Promise<PostedTransaction>;

type Dependencies = PostingDependencies & Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const placeOf = ({ accountId, realAccountId }: Side) => ({ accountId, realAccountId });

export const makeReverseTransaction = ({
  cashUnitOfWork,
  clock,
  ids,
  timeZones,
  practice,
}: Dependencies): ReverseTransaction => {
  const dependencies = { clock, ids, timeZones, practice };
  return ({ id, date, createdBy }) =>
    cashUnitOfWork.run(async (ports) => {
      const original = await ports.books.find(id);
      if (original === undefined) throw notFound('transaction');
      const { entries, balances, expired } = await planReturn(ports, dependencies, original, {
        amountMinor: original.amount,
        effectiveAt: date === 'original' ? original.effectiveAt : undefined,
        link: { reversalOf: id },
        createdBy,
        assert: async () => {
          assertReversible(await ports.books.reversalStatus(id));
        },
      });
      const [posted] = await ports.books.write({
        entries,
        amounts: balances.changes(),
        closedHolds: expired,
      });
      if (posted === undefined) throw new Error('the books did not take the entry');
      return posted;
    });
};

/**
 * Plans the reversal or refund of a transaction. Both amounts are locked exclusively before `assert` runs: every reversal and
 * refund needs these locks, so a second reversal fails with `already-reversed` and not with `insufficient-funds`.
 */
export async function planReturn(
  ports: CashPorts,
  dependencies: PostingDependencies,
  original: PostedTransaction,
  back: Readonly<{
    amountMinor: number;
    effectiveAt?: Date | undefined;
    link: Readonly<{ reversalOf: string }> | Readonly<{ refundOf: string }>;
    createdBy: string | null;
    assert: () => Promise<void>;
  }>,
) {
  assertNotOwnedByOrigin(original);
  const byHand = await findStandardCodes(ports);
  await ports.amounts.lockByIds([original.source.amountId, original.target.amountId]);
  await back.assert();
  return planPostings(
    ports,
    dependencies,
    [
      {
        source: placeOf(original.target),
        target: placeOf(original.source),
        amount: money(back.amountMinor, original.currency),
        effectiveAt: back.effectiveAt,
        description: original.description,
        payerId: original.payerId,
        ...back.link,
      },
    ],
    { createdBy: back.createdBy, exclusive: true, byHand },
  );
}
