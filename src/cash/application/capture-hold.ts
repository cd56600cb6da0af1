import { invalidField, notFound } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertInUse, deposit, release, withdraw } from '../domain/amount.js';
import { assertCapturable, assertOpen, captureHold } from '../domain/hold.js';
import { balanceAfterOf } from '../domain/transaction.js';
import { minorIn } from './money-fields.js';
import type { CashPorts, Hold } from './ports.js';
import { BalanceChanges } from './balance-changes.js';
import type { PostingDependencies } from './posting.js';
import { assertLeavesRoom, assertNotOwned, findStandardCodes } from './standard-accounts.js';

/**
 * Posts the hold, or a part of it, and releases the rest. conflict `hold-not-open`, `account-archived`, `owned-account`;
 * 422 `validation` for more than is held, `currency-mismatch`.
 */
export type CaptureHold = (
  command: Readonly<{ id: string; amount?: Money | undefined; createdBy: string | null }>,
) => Promise<Hold>;

type Dependencies = Pick<PostingDependencies, 'clock' | 'ids'> &
  Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makeCaptureHold =
  ({ cashUnitOfWork, clock, ids }: Dependencies): CaptureHold =>
  ({ id, amount, createdBy }) =>
    cashUnitOfWork.run(async ({ accounts, amounts, holds, books }) => {
      const byHand = await findStandardCodes({ accounts });
      const seen = await holds.find(id);
      if (seen === undefined) throw notFound('hold');
      const balances = new BalanceChanges(
        await amounts.lockByIds([seen.source.amountId, seen.target.amountId]),
      );
      // Every change of a hold locks its source amount first, so its status cannot change from here on.
      const hold = (await holds.find(id)) ?? seen;
      const now = clock.now();
      assertOpen(hold, now);
      const amountMinor = minorIn(amount, hold.currency, '/amount') ?? hold.amount;
      if (amountMinor < 1) throw invalidField('/amount/amount', 'must be at least 1');
      assertCapturable(hold, amountMinor);
      for (const { accountId } of [hold.source, hold.target]) assertNotOwned(byHand, accountId);
      assertInUse(balances.get(hold.target.amountId));
      balances.set(withdraw(release(balances.get(hold.source.amountId), hold.amount), amountMinor));
      balances.set(deposit(balances.get(hold.target.amountId), amountMinor));
      for (const { amountId } of [hold.source, hold.target]) assertLeavesRoom(byHand, balances.get(amountId));
      const transactionId = ids.next();
      const captured = captureHold(hold, { amount: amountMinor, transactionId }, now);
      await books.write({
        entries: [
          {
            transaction: {
              id: transactionId,
              source: hold.source,
              target: hold.target,
              amount: amountMinor,
              currency: hold.currency,
              description: null,
              effectiveAt: now,
              postedAt: now,
              reversalOf: null,
              refundOf: null,
              origin: null,
              batchId: null,
              payerId: null,
              createdBy,
            },
            source: balanceAfterOf(balances.get(hold.source.amountId)),
            target: balanceAfterOf(balances.get(hold.target.amountId)),
          },
        ],
        amounts: balances.changes(),
        closedHolds: [captured],
      });
      return captured;
    });
