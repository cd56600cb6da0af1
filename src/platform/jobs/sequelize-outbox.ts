import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { JobSignal } from './job-signal.js';

const APPEND = `
  INSERT INTO jobs (id, kind, payload, dedupe_key, run_at)
  VALUES ($1, $2, $3::jsonb, $4, coalesce($5::timestamptz, now()))
  ON CONFLICT ON CONSTRAINT jobs_dedupe_key_unique DO NOTHING`;

/**
 * Writes jobs in `transaction`: they are there when it commits and never were when it rolls back.
 * A duplicate waits for the transaction that wrote the first one, then is dropped or, if that rolled back, kept.
 */
export const makeSequelizeOutbox = ({
  sequelize,
  transaction,
  ids,
  jobSignal,
}: {
  sequelize: Sequelize;
  transaction: Transaction;
  ids: IdGenerator;
  jobSignal: JobSignal;
}): Outbox => {
  let signals = false;
  return {
    async append({ kind, payload, dedupeKey, runAt }) {
      await sequelize.query(APPEND, {
        bind: [ids.next(), kind, JSON.stringify(payload), dedupeKey ?? null, runAt?.toISOString() ?? null],
        type: QueryTypes.RAW,
        transaction,
      });
      if (signals) return;
      signals = true;
      transaction.afterCommit(() => jobSignal.notify());
    },
  };
};
