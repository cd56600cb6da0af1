import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Cradle } from '../../src/container.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { Database, Statement } from '../../src/platform/database/database.js';
import type { DeferredWrites, Transactions } from '../../src/platform/database/transactions.js';
import type { KeyedCall } from '../../src/platform/http/idempotency/idempotency.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { execute } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

type InTransaction = Readonly<{ database: Database; deferredWrites: DeferredWrites }>;

const WRITE: Statement = { name: 'test_write', text: 'SELECT test_write($1::int, $2::boolean)' };
const INSERT: Statement = { name: 'test_insert', text: 'INSERT INTO test_commits VALUES ($1, $2)' };
const WRITTEN: Statement = { name: 'test_written', text: 'SELECT attempt FROM test_writes' };
const ANSWER = { status: 201, headers: {}, body: '{}' } as const;
const ATTEMPTS = 3;

describe('retries of a transaction, with and without an Idempotency-Key', () => {
  let opened: OnPostgres<Cradle>;
  before(async () => {
    opened = await openOnPostgres();
    await execute(
      opened.ownerUrl,
      `CREATE TABLE test_writes (attempt int);
       CREATE TABLE test_commits (attempt int, fails boolean);
       GRANT ALL ON test_writes, test_commits TO PUBLIC;
       CREATE FUNCTION test_write(attempt int, fails boolean) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         IF fails THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF;
         INSERT INTO test_writes VALUES (attempt);
       END $$;
       CREATE FUNCTION test_check_commit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.fails THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
         RETURN NULL;
       END $$;
       CREATE CONSTRAINT TRIGGER test_commits_check AFTER INSERT ON test_commits DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION test_check_commit();`,
    );
  });
  after(() => opened.close());
  beforeEach(() => execute(opened.ownerUrl, 'TRUNCATE test_writes, test_commits'));

  const writtenBy = async (): Promise<number[]> => {
    const { database } = opened.cradle as unknown as { database: Database };
    const rows = await database.rows<{ attempt: number }>(WRITTEN, []);
    return rows.map(({ attempt }) => attempt);
  };

  const aRequest = () => ({
    key: randomUUID(),
    caller: 'nobody',
    operation: 'POST /v1/test',
    fingerprint: '',
  });
  async function openCall(request = aRequest()): Promise<KeyedCall> {
    const opening = await opened.cradle.idempotency.open(request);
    if (!('call' in opening)) throw new Error('the key is known already');
    return opening.call;
  }

  const variants = {
    async 'without a key'(work: (cradle: object) => Promise<void>) {
      await (opened.cradle as unknown as { transactions: Transactions }).transactions.run(work);
    },
    async 'with a key'(work: (cradle: object) => Promise<void>) {
      const call = await openCall();
      await (call.cradle as { transactions: Transactions }).transactions.run(work);
      await call.finish(ANSWER);
    },
  };

  for (const [variant, run] of Object.entries(variants)) {
    /** Runs a unit of work whose deferred write fails the first `failures` times; returns the number of attempts. */
    const runWithFailures = async (failures: number): Promise<number> => {
      let attempt = 0;
      await run((cradle) => {
        attempt += 1;
        (cradle as InTransaction).deferredWrites.send(WRITE, [attempt, attempt <= failures]);
        return Promise.resolve();
      });
      return attempt;
    };

    it(`repeats the unit of work when a deferred write fails with 40001 once, ${variant}`, async () => {
      expect(await runWithFailures(1)).to.equal(2);
      expect(await writtenBy()).to.deep.equal([2]);
    });

    it(`refuses with unavailable when a deferred write fails with 40001 every time, ${variant}`, async () => {
      const error = await rejection(runWithFailures(ATTEMPTS));
      expect(error).to.be.instanceOf(DomainError).with.property('code', 'unavailable');
      expect(await writtenBy()).to.deep.equal([]);
    });
  }

  it('rejects with the failure of the deferred write, not with that of a later statement', async () => {
    const call = await openCall();
    const { transactions } = call.cradle as { transactions: Transactions };
    let failed: unknown;
    let attempt = 0;
    await transactions.run(async (cradle) => {
      const { database, deferredWrites } = cradle as InTransaction;
      attempt += 1;
      deferredWrites.send(WRITE, [attempt, attempt === 1]);
      await database.rows(WRITE, [attempt, false]).catch((error: unknown) => {
        failed = error;
        throw error;
      });
    });
    await call.finish(ANSWER);
    expect(failed).to.have.property('code', '25P02');
    expect(attempt).to.equal(2);
    expect(await writtenBy()).to.deep.equal([2, 2]);
  });

  it('does not retry a second unit of work of a request when its writes fail, and undoes both', async () => {
    const call = await openCall();
    const { transactions } = call.cradle as { transactions: Transactions };
    const send = (attempt: number, fails: boolean) =>
      transactions.run((cradle) => {
        (cradle as InTransaction).deferredWrites.send(WRITE, [attempt, fails]);
        return Promise.resolve();
      });
    await send(1, false);
    expect(await rejection(send(2, true))).to.have.property('code', '40001');
    expect(await call.abandon()).to.equal(undefined);
    expect(await writtenBy()).to.deep.equal([]);
  });

  it('does not retry a COMMIT that fails at a deferred constraint with a key, and frees the key', async () => {
    const request = aRequest();
    const call = await openCall(request);
    let attempts = 0;
    const runOn = ({ cradle }: KeyedCall, fails: boolean) =>
      (cradle as { transactions: Transactions }).transactions.run(async (inside) => {
        attempts += 1;
        await (inside as InTransaction).database.rows(INSERT, [attempts, fails]);
      });
    await runOn(call, true);
    expect(await rejection(call.finish(ANSWER))).to.have.property('code', '40P01');
    const again = await openCall(request);
    await runOn(again, false);
    await again.finish(ANSWER);
    expect(attempts).to.equal(2);
  });
});
