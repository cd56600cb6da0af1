import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertInUse, reserve } from '../domain/amount.js';
import { sameAmount } from '../domain/errors.js';
import { newHold } from '../domain/hold.js';
import { sideOf } from '../domain/transaction.js';
import { minorIn } from './money-fields.js';
import type { CashPorts, Hold } from './ports.js';
import { BalanceChanges } from './balance-changes.js';
import { expireDueHolds } from './posting.js';
import { assertNotOwned, findStandardCodes } from './standard-accounts.js';

/**
 * Reserves money of the source account, in its home, until the hold is captured, voided or expires (seven days unless
 * `expiresAt` says otherwise). 422 `validation`, `insufficient-funds`, `currency-mismatch`, `same-amount`; conflict
 * `account-archived`, `owned-account`.
 */
export type PlaceHold = (
  command: Readonly<{
    sourceAccountId: string;
    targetAccountId: string;
    amount: Money;
    expiresAt?: Date | undefined;
    createdBy: string | null;
  }>,
) => Promise<Hold>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock; ids: IdGenerator }>;

export const makePlaceHold =
  ({ cashUnitOfWork, clock, ids }: Dependencies): PlaceHold =>
  ({ sourceAccountId, targetAccountId, amount, expiresAt, createdBy }) =>
    cashUnitOfWork.run(async ({ accounts, amounts, holds, books }) => {
      const byHand = await findStandardCodes({ accounts });
      const [source, target] = await amounts.lock(
        [{ accountId: sourceAccountId }, { accountId: targetAccountId }],
        'exclusive',
      );
      if (source === undefined) throw invalidField('/sourceAccountId', 'is no account');
      if (target === undefined) throw invalidField('/targetAccountId', 'is no account');
      if (source.id === target.id) throw sameAmount();
      minorIn(amount, target.currency, '/amount');
      const amountMinor = minorIn(amount, source.currency, '/amount');
      if (amountMinor < 1) throw invalidField('/amount/amount', 'must be at least 1');
      for (const { accountId } of [source, target]) assertNotOwned(byHand, accountId);
      assertInUse(source);
      assertInUse(target);
      const now = clock.now();
      const hold = newHold(
        {
          id: ids.next(),
          source: sideOf(source),
          target: sideOf(target),
          amount: amountMinor,
          currency: source.currency,
          expiresAt,
          createdBy,
        },
        now,
      );
      const balances = new BalanceChanges([source]);
      const expired = await expireDueHolds({ holds }, balances, now);
      balances.set(reserve(balances.get(source.id), amountMinor));
      await books.write({
        entries: [],
        amounts: balances.changes(),
        openedHolds: [hold],
        closedHolds: expired,
      });
      return hold;
    });
