import { type Clock, DAY, plus } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { IdentityPorts } from './ports.js';

const KEPT_MS = 30 * DAY;
const BATCH_SIZE = 500;
const MAX_BATCHES = 200;

/**
 * Deletes registrations, resets, email changes and sessions that ended or expired more than 30 days ago, in short transactions.
 * Each call deletes a bounded number; the next call continues.
 */
export type PurgeExpired = () => Promise<void>;

type Dependencies = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; clock: Clock }>;

export const makePurgeExpired =
  ({ identityUnitOfWork, clock }: Dependencies): PurgeExpired =>
  async () => {
    const before = plus(clock.now(), -KEPT_MS);
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const full = await identityUnitOfWork.run(
        async ({ registrations, passwordResets, emailChanges, sessions }) => {
          const deleted = [
            await registrations.purge(before, BATCH_SIZE),
            await passwordResets.purge(before, BATCH_SIZE),
            await emailChanges.purge(before, BATCH_SIZE),
            await sessions.purge(before, BATCH_SIZE),
          ];
          return deleted.some((count) => count === BATCH_SIZE);
        },
      );
      if (!full) return;
    }
  };
