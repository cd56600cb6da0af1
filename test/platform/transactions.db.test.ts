import { expect } from 'chai';
import type { Cradle } from '../../src/container.js';
import type { Statement } from '../../src/platform/database/database.js';
import { connectionPoolOf } from '../../src/platform/database/driver-internals.js';
import { beginTransaction } from '../../src/platform/database/transactions.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { rejection } from '../support/rejection.js';

const DIVIDE: Statement = { name: 'test_divide', text: 'SELECT 1 / $1::int AS n' };
const OPEN: Statement = {
  name: 'test_open',
  text: `SELECT count(*)::int AS count FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()`,
};

describe('a transaction', () => {
  let opened: OnPostgres<Cradle>;
  before(async () => {
    opened = await openOnPostgres();
  });
  after(() => opened.close());

  const begin = () => beginTransaction(opened.container, opened.cradle.sequelize);
  /** Sends the write and COMMIT in one turn of the event loop. */
  async function divideAndCommit(...divisors: readonly number[]): Promise<void> {
    const { deferredWrites, commit } = await begin();
    for (const divisor of divisors) deferredWrites.send(DIVIDE, [divisor]);
    await commit();
  }

  it('rejects its commit with the failure of the first deferred write, rolls back, and returns its connection to the pool', async () => {
    await divideAndCommit(1);
    const { pool } = connectionPoolOf(opened.cradle.sequelize);
    const { size } = pool;
    for (let time = 1; time <= 3; time += 1)
      expect(await rejection(divideAndCommit(1, 0, 1))).to.have.property('code', '22012');
    expect(pool).to.include({ size, using: 0 });
    const [row] = await opened.cradle.database.rows<{ count: number }>(OPEN, []);
    expect(row?.count).to.equal(0);
    await divideAndCommit(1);
  });
});
