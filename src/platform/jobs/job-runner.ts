import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sequelize } from 'sequelize';
import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { JobPayload } from '../../kernel/outbox.js';
import type { JobSignal } from './job-signal.js';
import { makeSequelizeJobStore, type ClaimedJob, type RecurringJob } from './job-store.js';
import { describeFailure, MAX_ATTEMPTS, retryDelayMs } from './retry-policy.js';

/**
 * Does the work of one job, outside any transaction, and bears being run again: after a crash, or when it was done
 * but could not be signed off. It has a minute; what takes longer is cut into more jobs.
 */
export type JobHandler = (job: Readonly<{ id: string; payload: JobPayload }>) => Promise<void>;
/** By kind. A kind that is not here is left to processes that know it, as during a rolling update. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

export interface JobRunner {
  start(): void;
  /** Takes no new jobs and waits for those that run, at most so long; what is cut off runs again after its lease. */
  stop(graceMs?: number): Promise<void>;
  /** Looks for work now rather than at the next poll. */
  wake(): void;
  /** Runs everything that is due, or would be at `asOf`, and waits for it. For tests and simulations. */
  drain(asOf?: Date): Promise<void>;
}

export type JobRunnerDependencies = Readonly<{
  sequelize: Sequelize;
  handlers: JobHandlers;
  recurring?: readonly RecurringJob[];
  ids: IdGenerator;
  logger: Logger;
  jobSignal: JobSignal;
  concurrency?: number;
  pollMs?: number;
  leaseMs?: number;
}>;

const SCHEDULE_EVERY_MS = MINUTE;
const DEFAULT_GRACE_MS = 10 * SECOND;

/** Any number of runners may work on one table: a job is leased to one at a time, and to another when that one dies. */
export function makeJobRunner({
  sequelize,
  handlers,
  recurring = [],
  ids,
  logger,
  jobSignal,
  concurrency = 4,
  pollMs = SECOND,
  leaseMs = MINUTE,
}: JobRunnerDependencies): JobRunner {
  const store = makeSequelizeJobStore({ sequelize });
  const kinds = Object.keys(handlers);
  const running = new Set<Promise<void>>();
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let round: Promise<void> | undefined;
  let again = false;
  let databaseAway = false;
  let scheduleDueAtMs = 0;

  async function work(job: ClaimedJob): Promise<void> {
    const handler = handlers[job.kind];
    if (handler === undefined) throw new Error(`no handler for ${job.kind}`); // the claim asks for known kinds only
    const context = { jobId: job.id, kind: job.kind, attempts: job.attempts };
    try {
      // More claims than attempts: each of them ended without a word, the last ones with their process.
      if (job.attempts > MAX_ATTEMPTS) throw new Error('was taken up too often and never ended');
      await withinLease(handler({ id: job.id, payload: job.payload }), leaseMs);
    } catch (error) {
      const lastError = describeFailure(error);
      if (job.attempts >= MAX_ATTEMPTS) {
        logger.error({ err: error, ...context }, 'job given up');
        await settle(job, () => store.giveUp(job, lastError));
      } else {
        const delayMs = retryDelayMs(job.attempts);
        logger.warn({ err: error, ...context, delayMs }, 'job failed, will be tried again');
        await settle(job, () => store.retry(job, { delayMs, lastError }));
      }
      return;
    }
    logger.debug(context, 'job done');
    await settle(job, () => store.done(job));
  }

  /** Signs off; keeps trying while the lease lasts, because a job that was done should not be done twice. */
  async function settle(job: ClaimedJob, write: () => Promise<void>): Promise<void> {
    const giveUpAtMs = performance.now() + leaseMs;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        if (performance.now() + pollMs > giveUpAtMs || stopping) {
          logger.error({ err: error, jobId: job.id, kind: job.kind }, 'job not signed off, will run again');
          return;
        }
        await sleep(pollMs);
      }
    }
  }

  function launch(job: ClaimedJob): void {
    const task = work(job).finally(() => {
      running.delete(task);
      if (again) wake();
    });
    running.add(task);
  }

  async function schedule(): Promise<void> {
    if (recurring.length === 0 || performance.now() < scheduleDueAtMs) return;
    await store.schedule(recurring.map((job) => ({ ...job, id: ids.next() })));
    const shortestMs = Math.min(...recurring.map(({ everyMs }) => everyMs));
    scheduleDueAtMs = performance.now() + Math.min(SCHEDULE_EVERY_MS, shortestMs / 2);
  }

  /** Fills the free slots. `again` remembers that there is more than fits. */
  async function fill(): Promise<void> {
    try {
      await schedule();
      const free = concurrency - running.size;
      if (free === 0) {
        again = true;
        return;
      }
      again = false;
      const jobs = await store.claim({ kinds, limit: free, leaseMs });
      for (const job of jobs) launch(job);
      if (jobs.length === free) again = true;
      if (databaseAway) logger.info('jobs: the database is back');
      databaseAway = false;
    } catch (error) {
      if (!databaseAway) logger.warn({ err: error }, 'jobs: the database is away, will keep trying');
      databaseAway = true;
    }
  }

  function wake(): void {
    if (stopping) return;
    if (round !== undefined) {
      again = true; // somebody committed while this round was looking
      return;
    }
    clearTimeout(timer);
    round = fill().finally(() => {
      round = undefined;
      if (stopping) return;
      if (again && running.size < concurrency && !databaseAway) wake();
      else timer = setTimeout(wake, pollMs * (0.75 + Math.random() / 2));
    });
  }

  return {
    start() {
      unsubscribe ??= jobSignal.subscribe(wake);
      wake();
    },
    wake,
    async stop(graceMs = DEFAULT_GRACE_MS) {
      stopping = true;
      unsubscribe?.();
      clearTimeout(timer);
      const grace = new AbortController();
      await Promise.race([
        Promise.resolve(round).then(() => Promise.all(running)),
        sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      if (running.size > 0) logger.warn({ jobs: running.size }, 'jobs cut off, they will run again');
    },
    async drain(asOf) {
      for (;;) {
        const jobs = await store.claim({ kinds, limit: concurrency, leaseMs, ...(asOf && { asOf }) });
        if (jobs.length === 0) return;
        await Promise.all(jobs.map(work));
      }
    },
  };
}

/** Frees the slot of a handler that hangs: its lease is over, so another may run the job already. */
async function withinLease(work: Promise<void>, leaseMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took longer than its lease')), leaseMs);
  });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
