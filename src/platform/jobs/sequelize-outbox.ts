import type { Transaction } from 'sequelize';
import type { IdGenerator } from '../../kernel/ids.js';
import type { NewJob, Outbox } from '../../kernel/outbox.js';
import type { Statement } from '../database/database.js';
import type { DeferredWrites } from '../database/transactions.js';
import type { JobSignal } from './job-signal.js';

const COLUMNS = 5;
const row = (n: number): string => {
  const [id, kind, payload, key, runAt] = Array.from(
    { length: COLUMNS },
    (_, column) => `$${n * COLUMNS + column + 1}`,
  );
  return `(${id}, ${kind}, ${payload}::jsonb, ${key}, coalesce(${runAt}::timestamptz, now()))`;
};
const statementFor = (count: number): Statement => ({
  name: `platform_append_${count}_jobs`,
  text: `
    INSERT INTO jobs (id, kind, payload, dedupe_key, run_at)
    VALUES ${Array.from({ length: count }, (_, n) => row(n)).join(', ')}
    ON CONFLICT ON CONSTRAINT jobs_dedupe_key_unique DO NOTHING`,
});
/** The usual number of jobs of one change. More are inserted one after the other. */
const AT_ONCE = [1, 2, 3].map(statementFor);

/**
 * Inserts jobs in `transaction`, with which they commit or roll back. A duplicate waits for the transaction that
 * inserted the first job: it is dropped if that one commits, and kept if it rolls back.
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
  const toValues = ({ kind, payload, dedupeKey, runAt }: NewJob): readonly unknown[] => [
    ids.next(),
    kind,
    JSON.stringify(payload),
    dedupeKey ?? null,
    runAt ?? null,
  ];
  return {
    append(...jobs) {
      for (let from = 0; from < jobs.length; from += AT_ONCE.length) {
        const some = jobs.slice(from, from + AT_ONCE.length);
        const statement = AT_ONCE[some.length - 1];
        if (statement !== undefined) deferredWrites.send(statement, some.flatMap(toValues));
      }
      if (!signals) transaction.afterCommit(() => jobSignal.notify());
      signals = true;
      return Promise.resolve();
    },
  };
};
