import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { release } from '../domain/amount.js';
import { expireHold } from '../domain/hold.js';
import type { CashPorts, CashQueries } from './ports.js';
import { BalanceChanges } from './balance-changes.js';

const AMOUNTS_AT_ONCE = 50;
const MAX_ROUNDS = 100;

/** Releases expired holds in short transactions, a bounded number of amounts a call. */
export type ExpireHolds = () => Promise<void>;

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  cashQueries: CashQueries;
  clock: Clock;
}>;

export const makeExpireHolds =
  ({ cashUnitOfWork, cashQueries, clock }: Dependencies): ExpireHolds =>
  async () => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const now = clock.now();
      const amountIds = await cashQueries.amountsWithDueHolds(now, AMOUNTS_AT_ONCE);
      if (amountIds.length === 0) return;
      await cashUnitOfWork.run(async ({ amounts, holds, books }) => {
        const balances = new BalanceChanges(await amounts.lockByIds(amountIds));
        const due = await holds.due(amountIds, now);
        for (const hold of due) balances.set(release(balances.get(hold.source.amountId), hold.amount));
        if (due.length > 0)
          await books.write({
            entries: [],
            amounts: balances.changes(),
            closedHolds: due.map(expireHold),
          });
      });
      if (amountIds.length < AMOUNTS_AT_ONCE) return;
    }
  };
