import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { DomainError } from '../../src/kernel/errors.js';
import type { NewJob } from '../../src/kernel/outbox.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import {
  makeJobRunner,
  type JobHandler,
  type JobRunner,
  type JobRunnerDependencies,
  type Jobs,
} from '../../src/platform/jobs/job-runner.js';
import type { JobLane } from '../../src/platform/jobs/job-lanes.js';
import { makeJobSignal } from '../../src/platform/jobs/job-signal.js';
import { makeSequelizeJobStore } from '../../src/platform/jobs/job-store.js';
import { describeFailure, retryDelayMs } from '../../src/platform/jobs/retry-policy.js';
import { makeTransactionDatabase } from '../../src/platform/database/database.js';
import { makeSequelizeOutbox } from '../../src/platform/jobs/sequelize-outbox.js';
import { uuidGenerator } from '../../src/platform/telemetry/ids.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { eventually } from '../support/processes.js';

type Row = {
  kind: string;
  attempts: number;
  last_error: string | null;
  failed: boolean;
  locked: boolean;
  wait_s: number;
};

describe('the job runner', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  const logged: { level: string; msg: string; err?: unknown }[] = [];
  const logger = pino(
    { level: 'info', formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => void logged.push(JSON.parse(line) as (typeof logged)[number]) },
  );
  const jobSignal = makeJobSignal();
  const runners: JobRunner[] = [];

  before(async () => {
    database = await createTestDatabase();
    sequelize = openSequelize({ url: database.url, poolMax: 10 });
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map((runner) => runner.stop(1_000)));
    await sequelize.query('DELETE FROM jobs');
    logged.length = 0;
  });

  type JobHandlers = Readonly<Record<string, JobHandler>>;
  const inLane = (lane: JobLane, handlers: JobHandlers): Jobs =>
    Object.fromEntries(Object.entries(handlers).map(([kind, handle]) => [kind, { lane, handle }]));

  function makeRunner(handlers: JobHandlers, options: Partial<JobRunnerDependencies> = {}): JobRunner {
    const runner = makeJobRunner({
      sequelize,
      jobs: inLane('database', handlers),
      ids: uuidGenerator,
      logger,
      jobSignal,
      pollMs: 50,
      ...options,
    });
    runners.push(runner);
    return runner;
  }
  const append = (...jobs: NewJob[]): Promise<void> =>
    sequelize.transaction(async (transaction) => {
      const database = makeTransactionDatabase(transaction);
      const outbox = makeSequelizeOutbox({
        deferredWrites: { send: (statement, values) => void database.rows(statement, values) },
        transaction,
        ids: uuidGenerator,
        jobSignal,
      });
      await outbox.append(...jobs);
    });
  const rows = (): Promise<Row[]> =>
    sequelize.query<Row>(
      `SELECT kind, attempts, last_error, failed_at IS NOT NULL AS failed, locked_until > now() AS locked,
              extract(epoch FROM run_at - now())::float8 AS wait_s
         FROM jobs ORDER BY id`,
      { type: QueryTypes.SELECT },
    );
  const job = (n = 0): NewJob => ({ kind: 'test.job', payload: { n } });

  it('distinguishes a missing schema from an unavailable database', async () => {
    await execute(database.ownerUrl, 'ALTER TABLE jobs RENAME TO jobs_away');
    try {
      makeRunner({ any: () => Promise.resolve() }).start();
      await eventually('it is logged', () => logged.length > 0);
    } finally {
      await execute(database.ownerUrl, 'ALTER TABLE jobs_away RENAME TO jobs');
    }
    await eventually('it goes on', () => logged.some(({ msg }) => msg === 'jobs: the database is back'));
    expect(logged.map(({ msg }) => msg)).to.deep.equal([
      'jobs: the schema is missing (npx praxis migrate makes it), will keep trying',
      'jobs: the database is back',
    ]);
  });

  it('runs each of 200 jobs once with two runners', async () => {
    const done: number[] = [];
    const handlers: JobHandlers = {
      'test.job': async ({ payload }) => {
        await sleep(1);
        done.push(payload['n'] as number);
      },
    };
    await append(...Array.from({ length: 200 }, (_, n) => job(n)));
    for (const runner of [makeRunner(handlers), makeRunner(handlers)]) runner.start();
    await eventually('all done', async () => (await rows()).length === 0);
    expect(done).to.have.length(200);
    expect(new Set(done).size).to.equal(200);
  });

  it('never exceeds its concurrency', async () => {
    let running = 0;
    let most = 0;
    await append(...Array.from({ length: 12 }, (_, n) => job(n)));
    makeRunner(
      {
        'test.job': async () => {
          running += 1;
          most = Math.max(most, running);
          await sleep(5);
          running -= 1;
        },
      },
      { lanes: { database: { concurrency: 3, leaseMs: 60_000 } } },
    ).start();
    await eventually('all done', async () => (await rows()).length === 0);
    expect(most).to.equal(3);
  });

  it('starts a job at its commit, without waiting for the poll', async () => {
    let done = false;
    const runner = makeRunner(
      { 'test.job': () => Promise.resolve(void (done = true)) },
      { pollMs: 3_600_000 },
    );
    runner.start();
    await sleep(100);
    await append(job());
    await eventually('done', () => done);
  });

  it('leaves jobs that are not due or have no handler', async () => {
    let ran = 0;
    await append(
      { ...job(), runAt: new Date(Date.now() + 3_600_000) },
      { kind: 'test.unknown', payload: {} },
    );
    const runner = makeRunner({ 'test.job': () => Promise.resolve(void (ran += 1)) });
    await runner.drain();
    expect(ran).to.equal(0);
    await runner.drain(new Date(Date.now() + 7_200_000));
    expect(ran).to.equal(1);
    expect((await rows()).map(({ kind }) => kind)).to.deep.equal(['test.unknown']);
  });

  it('retries a failed job later, and stores no message of the failure', async () => {
    await append(job());
    await makeRunner({ 'test.job': () => Promise.reject(new TypeError('token=secret')) }).drain();
    const [row] = await rows();
    expect(row).to.include({ attempts: 1, last_error: 'TypeError', failed: false, locked: null });
    expect(row!.wait_s).to.be.within(0.5, 2.1);
    expect(logged.map(({ level }) => level)).to.deep.equal(['warn']);
  });

  it('marks a job as failed after twenty attempts and logs it', async () => {
    await append(job());
    await sequelize.query('UPDATE jobs SET attempts = 19');
    const runner = makeRunner({
      'test.job': () => Promise.reject(new DomainError('busy', 'unavailable', 'no')),
    });
    await runner.drain();
    expect((await rows())[0]).to.include({ attempts: 20, last_error: 'busy unavailable', failed: true });
    expect(logged.map(({ level }) => level)).to.deep.equal(['error']);
    await runner.drain(new Date('2100-01-01'));
    expect((await rows())[0]).to.include({ attempts: 20 });
  });

  it('marks a job as failed that kills its process each time', async () => {
    let ran = 0;
    await append(job());
    await sequelize.query(`UPDATE jobs SET attempts = 20, locked_until = now() - interval '1 second'`);
    await makeRunner({ 'test.job': () => Promise.resolve(void (ran += 1)) }).drain();
    expect(ran).to.equal(0);
    expect((await rows())[0]).to.include({ failed: true });
  });

  it('takes over the job of a dead process when its lease ends, not before', async () => {
    let ran = 0;
    await append(job());
    // The row that a killed process leaves.
    await sequelize.query(`UPDATE jobs SET attempts = 1, locked_until = now() + interval '700 milliseconds'`);
    makeRunner({ 'test.job': () => Promise.resolve(void (ran += 1)) }).start();
    await sleep(300);
    expect(ran).to.equal(0);
    await eventually('taken over', async () => (await rows()).length === 0);
    expect(ran).to.equal(1);
  });

  it('aborts a hung handler at the end of its lease, and ignores its late success', async () => {
    let release = (): void => undefined;
    await append(job());
    await makeRunner(
      { 'test.job': () => new Promise<void>((resolve) => (release = resolve)) },
      { lanes: { database: { concurrency: 1, leaseMs: 100 } } },
    ).drain();
    release();
    expect((await rows())[0]).to.include({ attempts: 1, last_error: 'Error', failed: false });
  });

  it('finishes running jobs before it stops, and starts no new ones', async () => {
    let finished = 0;
    await append(...Array.from({ length: 6 }, (_, n) => job(n)));
    const runner = makeRunner(
      {
        'test.job': async () => {
          await sleep(200);
          finished += 1;
        },
      },
      { lanes: { database: { concurrency: 2, leaseMs: 60_000 } } },
    );
    runner.start();
    await eventually('begun', async () => (await rows()).some(({ locked }) => locked));
    await runner.stop(5_000);
    expect(finished).to.equal(2);
    expect(await rows()).to.have.length(4);
    expect((await rows()).filter(({ locked }) => locked)).to.have.length(0);
  });

  it('stops after its grace period', async () => {
    await append(job());
    const runner = makeRunner({ 'test.job': () => sleep(3_600_000, undefined, { ref: false }) });
    runner.start();
    await eventually('begun', async () => (await rows()).some(({ locked }) => locked));
    await runner.stop(100);
    expect(await rows()).to.have.length(1);
  });

  it('continues after a database outage, and logs it once', async () => {
    let ran = 0;
    makeRunner({ 'test.job': () => Promise.resolve(void (ran += 1)) }).start();
    const rename = (from: string, to: string): Promise<void> =>
      execute(database.ownerUrl, `ALTER TABLE ${from} RENAME TO ${to}`);
    await rename('jobs', 'gone');
    await eventually('noticed', () => logged.length > 0);
    await sleep(200);
    await rename('gone', 'jobs');
    await append(job());
    await eventually('done', () => ran === 1);
    expect(logged.map(({ level }) => level)).to.deep.equal(['warn', 'info']);
  });

  it('runs the jobs of one lane while every slot of another hangs', async () => {
    let reconciled = 0;
    const hang = () => sleep(3_600_000, undefined, { ref: false });
    await append(...Array.from({ length: 400 }, () => ({ kind: 'test.mail', payload: {} })));
    const runner = makeRunner(
      {},
      {
        jobs: {
          ...inLane('mail', { 'test.mail': hang }),
          ...inLane('payments', { 'test.reconcile': () => Promise.resolve(void (reconciled += 1)) }),
        },
        recurring: [{ kind: 'test.reconcile', everyMs: 200 }],
      },
    );
    runner.start();
    await eventually('reconciled three times', () => reconciled >= 3);
    const waiting = (await rows()).filter(({ kind }) => kind === 'test.mail');
    expect(waiting).to.have.length(400);
    expect(waiting.filter(({ locked }) => locked)).to.have.length(2);
    await runner.stop(0);
  });

  it('alternates between the kinds of a lane, however many jobs of one kind are older', async () => {
    const order: string[] = [];
    const note =
      (kind: string): JobHandler =>
      () =>
        Promise.resolve(void order.push(kind));
    await append(...Array.from({ length: 20 }, () => ({ kind: 'test.a', payload: {} })));
    await sleep(5);
    await append({ kind: 'test.b', payload: {} }, { kind: 'test.c', payload: {} });
    await makeRunner(
      { 'test.a': note('a'), 'test.b': note('b'), 'test.c': note('c') },
      { lanes: { database: { concurrency: 1, leaseMs: 60_000 } } },
    ).drain();
    expect(order.slice(0, 4)).to.deep.equal(['a', 'b', 'c', 'a']);
    expect(order).to.have.length(22);
  });

  it('claims no more jobs of a lane than it has slots, whatever the number of kinds', async () => {
    const kinds = ['test.a', 'test.b', 'test.c'];
    await append(...kinds.flatMap((kind) => [1, 2, 3].map(() => ({ kind, payload: {} }))));
    const claimed = await makeSequelizeJobStore({ sequelize }).claim({
      kinds: kinds.map((kind) => ({
        kind,
        lane: kind === 'test.c' ? 'mail' : 'database',
        slots: 2,
        leaseMs: 60_000,
      })),
    });
    expect(claimed.map(({ kind }) => kind)).to.have.members(['test.a', 'test.b', 'test.c', 'test.c']);
    expect((await rows()).filter(({ locked }) => locked)).to.have.length(4);
  });

  it('runs recurring work once a period over all processes', async () => {
    let ran = 0;
    const handlers: JobHandlers = { 'test.purge': () => Promise.resolve(void (ran += 1)) };
    const recurring = [{ kind: 'test.purge', everyMs: 500 }];
    const startedAt = performance.now();
    for (const runner of [1, 2, 3].map(() => makeRunner(handlers, { recurring }))) runner.start();
    await eventually('two periods', () => ran >= 2);
    await sleep(600);
    await Promise.all(runners.map((runner) => runner.stop()));
    const periods = (performance.now() - startedAt) / 500;
    expect(ran).to.be.at.most(Math.ceil(periods));
    // 0 when the runners stopped between the end of a job and their next check of recurring jobs.
    expect((await rows()).length).to.be.at.most(1);
  });
});

describe('the delay before a job is tried again', () => {
  it('doubles, up to an hour', () => {
    expect([1, 2, 3, 11, 12, 20].map((attempts) => retryDelayMs(attempts, () => 1))).to.deep.equal([
      2_000, 4_000, 8_000, 2_048_000, 3_600_000, 3_600_000,
    ]);
    expect(retryDelayMs(1, () => 0)).to.equal(1_000);
  });

  it('stores the kind of a failure without its message', () => {
    expect(
      describeFailure(Object.assign(new Error('550 <a@b.example> unknown'), { code: 'EENVELOPE' })),
    ).to.equal('Error EENVELOPE');
    expect(describeFailure('token=secret')).to.equal('string');
    expect(describeFailure(Object.assign(new Error('x'), { code: 'no such thing: secret' }))).to.equal(
      'Error',
    );
  });
});
