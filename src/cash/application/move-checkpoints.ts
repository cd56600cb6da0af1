import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { CashPorts, CashQueries } from './ports.js';

/** Summing fewer postings takes less than a millisecond. */
const TOLERATED_POSTINGS = 500;
const AMOUNTS_AT_ONCE = 50;

/** Moves the checkpoints of hot amounts, so that a balance never sums many postings. */
export type MoveCheckpoints = () => Promise<void>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; cashQueries: CashQueries }>;

export const makeMoveCheckpoints =
  ({ cashUnitOfWork, cashQueries }: Dependencies): MoveCheckpoints =>
  async () => {
    // One transaction for each amount, so that it locks nothing else while it waits for running postings.
    for (const id of await cashQueries.amountsBehind(TOLERATED_POSTINGS, AMOUNTS_AT_ONCE))
      await cashUnitOfWork.run(({ amounts }) => amounts.checkpoint(id));
  };
