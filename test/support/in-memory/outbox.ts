import type { IdGenerator } from '../../../src/kernel/ids.js';
import type { NewJob, Outbox } from '../../../src/kernel/outbox.js';
import type { InMemoryStore } from './store.js';

export type StoredJob = NewJob & Readonly<{ id: string }>;

/** The outbox on a store in memory: jobs commit and roll back with the unit of work that appends them. */
export function makeInMemoryOutbox({ store, ids }: { store: InMemoryStore; ids: IdGenerator }): Outbox {
  const jobs = store.table<StoredJob>('jobs');
  return {
    async append(...given) {
      await Promise.resolve(); // a real adapter is always asynchronous
      for (const job of given) {
        if (job.dedupeKey !== undefined && jobs.all().some(({ dedupeKey }) => dedupeKey === job.dedupeKey))
          continue;
        // A payload that cannot be stored as JSON must fail here too.
        jobs.put({
          ...job,
          payload: JSON.parse(JSON.stringify(job.payload)) as NewJob['payload'],
          id: ids.next(),
        });
      }
    },
  };
}

/** The stored jobs, in the order of appending. */
export const storedJobs = (store: InMemoryStore): readonly StoredJob[] =>
  store.table<StoredJob>('jobs').all();
