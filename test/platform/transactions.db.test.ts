import { expect } from 'chai';
import sinon from 'sinon';
import type { Cradle } from '../../src/container.js';
import type { Statement } from '../../src/platform/database/database.js';
import { connectionPoolOf, type Connection } from '../../src/platform/database/driver-internals.js';
import {
  beginTransaction,
  type DeferredWrites,
  type OpenTransaction,
  type Transactions,
} from '../../src/platform/database/transactions.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { rejection } from '../support/rejection.js';

const BACKEND: Statement = { name: 'test_backend', text: 'SELECT pg_backend_pid() AS pid' };
const OPEN: Statement = {
  name: 'test_open',
  text: `SELECT count(*)::int AS count FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()`,
};
const TERMINATE: Statement = { name: 'test_terminate', text: 'SELECT pg_terminate_backend($1)' };
const DIVIDE: Statement = { name: 'test_divide', text: 'SELECT 1 / $1::int AS n' };
const NO_TABLE: Statement = { name: 'test_no_table', text: 'SELECT FROM no_such_table' };

describe('a transaction', () => {
  let opened: OnPostgres<Cradle>;
  before(async () => {
    opened = await openOnPostgres();
  });
  after(() => opened.close());

  const begin = (): Promise<OpenTransaction> => beginTransaction(opened.container, opened.cradle.sequelize);
  const backendOf = async ({ database }: OpenTransaction): Promise<number> =>
    (await database.rows<{ pid: number }>(BACKEND, []))[0]!.pid;
  const connectionsInUse = (): number => connectionPoolOf(opened.cradle.sequelize).pool.using;
  const isCommitted = ({ transaction }: OpenTransaction): boolean =>
    (transaction as unknown as { finished?: string }).finished === 'commit';

  it('does not commit when one of its statements has failed unnoticed, and keeps its connection', async () => {
    const transaction = await begin();
    const backend = await backendOf(transaction);
    await rejection(transaction.database.rows(NO_TABLE, []));
    expect(await rejection(transaction.commit())).to.match(/rolled back at its commit/);
    expect(isCommitted(transaction)).to.equal(false);
    const next = await begin();
    expect(await backendOf(next)).to.equal(backend);
    await next.rollback();
    expect(connectionsInUse()).to.equal(0);
  });

  it('fails with the first of its deferred writes that fails, rolls back, and returns its connection to the pool', async () => {
    const { transactions } = opened.cradle as unknown as { transactions: Transactions };
    const divide = (...divisors: readonly number[]): Promise<void> =>
      transactions.run((cradle) => {
        const { deferredWrites } = cradle as { deferredWrites: DeferredWrites };
        for (const divisor of divisors) deferredWrites.send(DIVIDE, [divisor]);
        return Promise.resolve();
      });
    await divide(1);
    const { pool } = connectionPoolOf(opened.cradle.sequelize);
    const { size } = pool;
    for (let time = 1; time <= 3; time += 1)
      expect(await rejection(divide(1, 0, 1))).to.have.property('code', '22012');
    expect(pool).to.include({ size, using: 0 });
    const [row] = await opened.cradle.database.rows<{ count: number }>(OPEN, []);
    expect(row?.count).to.equal(0);
  });

  it('closes its connection when the connection is lost before COMMIT', async () => {
    const transaction = await begin();
    await opened.cradle.database.rows(TERMINATE, [await backendOf(transaction)]);
    await rejection(transaction.commit());
    expect(isCommitted(transaction)).to.equal(false);
    expect(connectionsInUse()).to.equal(0);
    const next = await begin();
    await next.commit();
    expect(isCommitted(next)).to.equal(true);
  });

  it('closes its connection when BEGIN fails', async () => {
    const pool = connectionPoolOf(opened.cradle.sequelize);
    const connection = await pool.getConnection({ type: 'write' });
    pool.releaseConnection(connection);
    const client = sinon
      .stub(Object.getPrototypeOf(connection) as Connection, 'query')
      .rejects(new Error('lost'));
    const failure = await rejection(begin());
    client.restore();
    expect(failure).to.match(/lost/);
    expect(connectionsInUse()).to.equal(0);
    await (await begin()).commit();
  });
});
