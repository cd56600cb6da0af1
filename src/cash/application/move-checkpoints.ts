import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { CashPorts, CashQueries } from './ports.js';

/** Fewer are summed in less than a millisecond. */
const TOLERATED_POSTINGS = 500;
const AMOUNTS_AT_ONCE = 50;

/** Sums up what has been posted to hot amounts since, so that their balance is never a long sum. */
export type MoveCheckpoints = () => Promise<void>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; cashQueries: CashQueries }>;

export const makeMoveCheckpoints =
  ({ cashUnitOfWork, cashQueries }: Dependencies): MoveCheckpoints =>
  async () => {
    // One transaction an amount: it waits for the postings under way with nothing else locked.
    for (const id of await cashQueries.amountsBehind(TOLERATED_POSTINGS, AMOUNTS_AT_ONCE))
      await cashUnitOfWork.run(({ amounts }) => amounts.checkpoint(id));
  };
