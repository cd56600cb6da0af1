import { QueryTypes, type Sequelize } from 'sequelize';
import type { JobPayload } from '../../kernel/outbox.js';

/** A job that this process holds a lease on. `attempts` counts this one. */
export type ClaimedJob = Readonly<{ id: string; kind: string; payload: JobPayload; attempts: number }>;

/** A kind of job that may be claimed: at most `slots` jobs of its lane altogether, each leased for `leaseMs`. */
export type ClaimableKind = Readonly<{ kind: string; lane: string; slots: number; leaseMs: number }>;

/** Work that is due at intervals, whether or not anybody requests it. */
export type RecurringJob = Readonly<{ kind: string; everyMs: number }>;

/**
 * Every decision uses the database's clock, so that processes whose clocks differ agree on due jobs and ended leases.
 * `asOf` changes only which jobs are due, for simulations; leases use the real time.
 */
export interface JobStore {
  /**
   * Leases due jobs, for each lane as many as it has slots. The kinds of a lane take turns in the order they are given,
   * the oldest job of each first, so a backlog of one kind does not keep another waiting.
   */
  claim(request: Readonly<{ kinds: readonly ClaimableKind[]; asOf?: Date }>): Promise<ClaimedJob[]>;
  done(job: ClaimedJob): Promise<void>;
  retry(job: ClaimedJob, after: { delayMs: number; lastError: string }): Promise<void>;
  giveUp(job: ClaimedJob, lastError: string): Promise<void>;
  /** Makes sure that each kind has one job for its next period, for all processes together. */
  schedule(recurring: readonly (RecurringJob & { id: string })[]): Promise<void>;
}

// One index probe for each kind, however many jobs of other kinds are due. The CTEs are MATERIALIZED: a subquery with
// LIMIT may run again for every row that it is joined to; each run would skip the rows that it has just locked and so
// exceed the limit. Rows that are locked here but not claimed are unlocked when the statement ends.
const CLAIM = `
  WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::float8[])
      WITH ORDINALITY AS w (kind, lane, slots, lease_ms, turn)
  ), due AS MATERIALIZED (
    SELECT next.id, next.run_at, wanted.*
      FROM wanted CROSS JOIN LATERAL (
        SELECT id, run_at FROM jobs
         WHERE failed_at IS NULL AND jobs.kind = wanted.kind AND run_at <= coalesce($5::timestamptz, now())
           AND (locked_until IS NULL OR locked_until <= now())
         ORDER BY run_at, id
           FOR UPDATE SKIP LOCKED
         LIMIT wanted.slots
      ) AS next
  ), ranked AS (
    SELECT due.*, row_number() OVER (PARTITION BY kind ORDER BY run_at, id) AS round FROM due
  ), taken AS MATERIALIZED (
    SELECT ranked.*, row_number() OVER (PARTITION BY lane ORDER BY round, turn) AS place FROM ranked
  )
  UPDATE jobs SET locked_until = now() + taken.lease_ms * interval '1 millisecond', attempts = attempts + 1
    FROM taken WHERE jobs.id = taken.id AND taken.place <= taken.slots
  RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts`;

const DONE = 'DELETE FROM jobs WHERE id = $1';

// `attempts` is a fencing token: a process whose lease has ended cannot change the job any more.
const RETRY = `
  UPDATE jobs SET locked_until = NULL, run_at = now() + $3 * interval '1 millisecond', last_error = left($4, 200)
   WHERE id = $1 AND attempts = $2`;

const GIVE_UP = `
  UPDATE jobs SET locked_until = NULL, failed_at = now(), last_error = left($3, 200)
   WHERE id = $1 AND attempts = $2`;

// Adds the job of the next period. While that job waits, its key keeps other processes from adding it again. When it is
// due, the next period is a later one, so nobody adds it a second time.
const SCHEDULE = `
  INSERT INTO jobs (id, kind, payload, dedupe_key, run_at)
  SELECT id, kind, '{}', kind || '@' || to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'), next_at
    FROM (SELECT id, kind, date_bin(every_ms * interval '1 millisecond', now(), timestamptz 'epoch')
                           + every_ms * interval '1 millisecond' AS next_at
            FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS recurring (id, kind, every_ms)) AS period
      ON CONFLICT ON CONSTRAINT jobs_dedupe_key_unique DO NOTHING`;

export function makeSequelizeJobStore({ sequelize }: { sequelize: Sequelize }): JobStore {
  const run = async (statement: string, bind: unknown[]): Promise<void> => {
    await sequelize.query(statement, { bind, type: QueryTypes.RAW });
  };
  return {
    claim: ({ kinds, asOf }) =>
      sequelize.query<ClaimedJob>(CLAIM, {
        bind: [
          kinds.map(({ kind }) => kind),
          kinds.map(({ lane }) => lane),
          kinds.map(({ slots }) => slots),
          kinds.map(({ leaseMs }) => leaseMs),
          asOf?.toISOString() ?? null,
        ],
        type: QueryTypes.SELECT,
      }),
    done: ({ id }) => run(DONE, [id]),
    retry: ({ id, attempts }, { delayMs, lastError }) => run(RETRY, [id, attempts, delayMs, lastError]),
    giveUp: ({ id, attempts }, lastError) => run(GIVE_UP, [id, attempts, lastError]),
    schedule: (recurring) =>
      run(SCHEDULE, [
        recurring.map(({ id }) => id),
        recurring.map(({ kind }) => kind),
        recurring.map(({ everyMs }) => everyMs),
      ]),
  };
}
