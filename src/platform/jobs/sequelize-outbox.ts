import type { Transaction } from 'sequelize';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { Statement } from '../database/database.js';
import type { DeferredWrites } from '../database/transactions.js';
import type { JobSignal } from './job-signal.js';

const APPEND: Statement = {
  name: 'platform_append_job',
  text: `
  INSERT INTO jobs (id, kind, payload, dedupe_key, run_at)
  VALUES ($1, $2, $3::jsonb, $4, coalesce($5::timestamptz, now()))
  ON CONFLICT ON CONSTRAINT jobs_dedupe_key_unique DO NOTHING`,
};

/**
 * Writes jobs in `transaction`: they are there when it commits and never were when it rolls back.
 * A duplicate waits for the transaction that wrote the first one, then is dropped or, if that rolled back, kept.
 */
export const makeSequelizeOutbox = ({
  deferredWrites,
  transaction,
  ids,
  jobSignal,
}: {
  deferredWrites: DeferredWrites;
  transaction: Transaction;
  ids: IdGenerator;
  jobSignal: JobSignal;
}): Outbox => {
  let signals = false;
  return {
    append({ kind, payload, dedupeKey, runAt }) {
      const values = [ids.next(), kind, JSON.stringify(payload), dedupeKey ?? null, runAt ?? null];
      deferredWrites.send(APPEND, values);
      if (!signals) transaction.afterCommit(() => jobSignal.notify());
      signals = true;
      return Promise.resolve();
    },
  };
};
