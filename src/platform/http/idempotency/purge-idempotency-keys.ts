import { QueryTypes, type Sequelize } from 'sequelize';
import type { Clock } from '../../../kernel/clock.js';

export const PURGE_IDEMPOTENCY_KEYS = 'platform.purge-idempotency-keys';

/** Deletes expired answers, a bounded number for each statement so that no lock is held for long. */
const PURGE = `
  DELETE FROM idempotency_keys WHERE key_hash IN (
    SELECT key_hash FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1000
  ) RETURNING 1`;

export const makePurgeIdempotencyKeys =
  ({ sequelize, clock }: { sequelize: Sequelize; clock: Clock }): (() => Promise<void>) =>
  async () => {
    let deleted: unknown[];
    do deleted = await sequelize.query(PURGE, { bind: [clock.now()], type: QueryTypes.SELECT });
    while (deleted.length > 0);
  };
