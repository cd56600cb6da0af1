import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { release } from '../domain/amount.js';
import { assertOpen, voidHold } from '../domain/hold.js';
import type { CashPorts, Hold } from './ports.js';
import { BalanceChanges } from './balance-changes.js';

/** Releases a hold. conflict `hold-not-open`. */
export type VoidHold = (command: Readonly<{ id: string }>) => Promise<Hold>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock }>;

export const makeVoidHold =
  ({ cashUnitOfWork, clock }: Dependencies): VoidHold =>
  ({ id }) =>
    cashUnitOfWork.run(async ({ amounts, holds, books }) => {
      const seen = await holds.find(id);
      if (seen === undefined) throw notFound('hold');
      const balances = new BalanceChanges(await amounts.lockByIds([seen.source.amountId]));
      const hold = (await holds.find(id)) ?? seen;
      const now = clock.now();
      assertOpen(hold, now);
      balances.set(release(balances.get(hold.source.amountId), hold.amount));
      const voided = voidHold(hold, now);
      await books.write({ entries: [], amounts: balances.changes(), closedHolds: [voided] });
      return voided;
    });
