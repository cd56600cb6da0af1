import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sequelize } from 'sequelize';
import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { JobPayload } from '../../kernel/outbox.js';
import type { JobSignal } from './job-signal.js';
import { isMissingTable, isUnavailable } from '../database/errors.js';
import { JOB_LANES, LANE_SETTINGS, type JobLane, type LaneSettings } from './job-lanes.js';
import { makeSequelizeJobStore, type ClaimedJob, type RecurringJob } from './job-store.js';
import { describeFailure, MAX_ATTEMPTS, retryDelayMs } from './retry-policy.js';

/**
 * Does the work of one job, outside any transaction. It must be idempotent, because a job runs again after a crash or when
 * its completion could not be stored. It has the lease of its lane, a minute; longer work is split into more jobs.
 */
export type JobHandler = (job: Readonly<{ id: string; payload: JobPayload }>) => Promise<void>;
/** `lane`: the resource that the job waits for. */
export type Job = Readonly<{ lane: JobLane; handle: JobHandler }>;
/** By kind. Jobs of other kinds are left to processes that know them, as during a rolling update. */
export type Jobs = Readonly<Record<string, Job>>;

export interface JobRunner {
  start(): void;
  /** Claims no new jobs and waits at most `graceMs` for running ones; an interrupted job runs again after its lease. */
  stop(graceMs?: number): Promise<void>;
  /** Polls immediately. */
  wake(): void;
  /** Runs all jobs that are due at `asOf` (default: now) and waits for them. For tests and simulations. */
  drain(asOf?: Date): Promise<void>;
}

export type JobRunnerDependencies = Readonly<{
  sequelize: Sequelize;
  jobs: Jobs;
  recurring?: readonly RecurringJob[];
  ids: IdGenerator;
  logger: Logger;
  jobSignal: JobSignal;
  /** Instead of LANE_SETTINGS. */
  lanes?: Readonly<Partial<Record<JobLane, LaneSettings>>>;
  pollMs?: number;
}>;

const troubleOf = (error: unknown): string => {
  if (isMissingTable(error)) return 'the schema is missing (npx praxis migrate makes it)';
  return isUnavailable(error) ? 'the database is away' : 'looking for work failed';
};

const SCHEDULE_EVERY_MS = MINUTE;
const DEFAULT_GRACE_MS = 10 * SECOND;

/** `isBusy`: the last poll found more due jobs than slots. */
type Lane = LaneSettings & { readonly running: Set<Promise<void>>; isBusy: boolean };

/** Several runners may share one table: a job is leased to one of them, and to another after the lease has ended. */
export function makeJobRunner({
  sequelize,
  jobs,
  recurring = [],
  ids,
  logger,
  jobSignal,
  lanes: settings = {},
  pollMs = SECOND,
}: JobRunnerDependencies): JobRunner {
  const store = makeSequelizeJobStore({ sequelize });
  const lanes = new Map<JobLane, Lane>(
    JOB_LANES.map((name) => [
      name,
      { ...LANE_SETTINGS[name], ...settings[name], running: new Set(), isBusy: false },
    ]),
  );
  /** The kind that was served longest ago comes first. */
  const kinds = Object.keys(jobs);
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let round: Promise<void> | undefined;
  let wokenMeanwhile = false;
  /** The error of the last poll, if it failed. */
  let trouble: string | undefined;
  let scheduleDueAtMs = 0;

  const jobOf = (kind: string): Job => {
    const job = jobs[kind];
    if (job === undefined) throw new Error(`no handler for ${kind}`); // the claim asks for known kinds only
    return job;
  };
  const laneOf = (kind: string): Lane => {
    const lane = lanes.get(jobOf(kind).lane);
    if (lane === undefined) throw new Error(`no lane ${jobOf(kind).lane}`);
    return lane;
  };
  const allRunning = (): Promise<void>[] => [...lanes.values()].flatMap(({ running }) => [...running]);

  /** Leases due jobs for the free slots of every lane, and records which kinds were served. */
  async function claim(slotsOf: (lane: Lane) => number, asOf?: Date): Promise<ClaimedJob[]> {
    const claimable = kinds.flatMap((kind) => {
      const lane = laneOf(kind);
      const slots = slotsOf(lane);
      return slots === 0 ? [] : [{ kind, lane: jobOf(kind).lane, slots, leaseMs: lane.leaseMs }];
    });
    if (claimable.length === 0) return [];
    const claimed = await store.claim({ kinds: claimable, ...(asOf && { asOf }) });
    for (const kind of new Set(claimed.map((job) => job.kind))) {
      kinds.splice(kinds.indexOf(kind), 1);
      kinds.push(kind);
    }
    return claimed;
  }

  async function work(job: ClaimedJob): Promise<void> {
    const { handle } = jobOf(job.kind);
    const { leaseMs } = laneOf(job.kind);
    const context = { jobId: job.id, kind: job.kind, attempts: job.attempts };
    try {
      // More claims than attempts: earlier runs ended without a result, for example with their process.
      if (job.attempts > MAX_ATTEMPTS) throw new Error('was taken up too often and never ended');
      await withinLease(handle({ id: job.id, payload: job.payload }), leaseMs);
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

  /** Stores the completion, with retries while the lease lasts, because a finished job should not run again. */
  async function settle(job: ClaimedJob, write: () => Promise<void>): Promise<void> {
    const giveUpAtMs = performance.now() + laneOf(job.kind).leaseMs;
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
    const lane = laneOf(job.kind);
    const task = work(job).finally(() => {
      lane.running.delete(task);
      if (lane.isBusy) wake();
    });
    lane.running.add(task);
  }

  async function schedule(): Promise<void> {
    if (recurring.length === 0 || performance.now() < scheduleDueAtMs) return;
    await store.schedule(recurring.map((job) => ({ ...job, id: ids.next() })));
    const shortestMs = Math.min(...recurring.map(({ everyMs }) => everyMs));
    scheduleDueAtMs = performance.now() + Math.min(SCHEDULE_EVERY_MS, shortestMs / 2);
  }

  const freeSlots = ({ concurrency, running }: Lane): number => concurrency - running.size;

  /** Fills the free slots of every lane. */
  async function fill(): Promise<void> {
    try {
      await schedule();
      const free = new Map([...lanes.values()].map((lane) => [lane, freeSlots(lane)]));
      const claimed = await claim((lane) => free.get(lane) ?? 0);
      for (const job of claimed) launch(job);
      for (const [lane, slots] of free) {
        const taken = claimed.filter(({ kind }) => laneOf(kind) === lane).length;
        lane.isBusy = taken === slots;
      }
      if (trouble !== undefined) logger.info('jobs: the database is back');
      trouble = undefined;
    } catch (error) {
      const present = troubleOf(error);
      if (trouble !== present) logger.warn({ err: error }, `jobs: ${present}, will keep trying`);
      trouble = present;
    }
  }

  function wake(): void {
    if (stopping) return;
    if (round !== undefined) {
      wokenMeanwhile = true; // a job was committed during this poll
      return;
    }
    clearTimeout(timer);
    wokenMeanwhile = false;
    round = fill().finally(() => {
      round = undefined;
      if (stopping) return;
      const hasMore = [...lanes.values()].some((lane) => lane.isBusy && freeSlots(lane) > 0);
      if ((hasMore || wokenMeanwhile) && trouble === undefined) wake();
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
        Promise.resolve(round).then(() => Promise.all(allRunning())),
        sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      const cutOff = allRunning().length;
      if (cutOff > 0) logger.warn({ jobs: cutOff }, 'jobs cut off, they will run again');
    },
    async drain(asOf) {
      for (;;) {
        const claimed = await claim(({ concurrency }) => concurrency, asOf);
        if (claimed.length === 0) return;
        await Promise.all(claimed.map(work));
      }
    },
  };
}

/** Frees the slot of a handler that hangs: its lease has ended, so another runner may run the job already. */
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
