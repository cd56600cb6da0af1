import { expect } from 'chai';
import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { connectionPoolOf } from '../../src/platform/database/driver-internals.js';
import { makeDatabase, queryOn, type Database } from '../../src/platform/database/database.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { query } from '../support/query.js';
import { eventually } from '../support/processes.js';

const SESSIONS = { name: 'blocked_sessions', shareable: true, text: 'SELECT id FROM sessions WHERE id = $1' };
const PRODUCTS = {
  name: 'free_products',
  shareable: true,
  text: 'SELECT count(*)::int AS count FROM products',
};
const NO_ID = '00000000-0000-7000-8000-000000000000';
const POOL_MAX = 4;
/** Enough to fill every connection of the pool, if that were allowed. */
const BLOCKED = 120;

describe('reads while another session locks a table', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let blocker: pg.Client;
  let reads: Database;
  let blocked: Promise<unknown>[];
  let answered: number;

  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());
  beforeEach(async () => {
    sequelize = openSequelize({ url: database.url, poolMax: POOL_MAX });
    reads = makeDatabase({ sequelize });
    blocker = new pg.Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    blocked = [];
    answered = 0;
  });
  afterEach(async () => {
    await blocker.query('ROLLBACK');
    await blocker.end();
    await Promise.allSettled(blocked);
    await sequelize.close();
  });

  const readSessions = (read: () => Promise<unknown>): void => {
    const reading = read().finally(() => (answered += 1));
    reading.catch(() => undefined);
    blocked.push(reading);
  };
  const waiting = async (): Promise<number> =>
    (
      await query(
        database.superuserUrl,
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      )
    ).rows.length;

  it('of other tables are answered before, between and after blocked reads', async () => {
    const products = () => reads.rows<{ count: number }>(PRODUCTS, []);
    for (let sent = 0; sent < BLOCKED; sent += 1) {
      readSessions(() => reads.rows(SESSIONS, [NO_ID]));
      if (sent % 10 === 0) expect(await products()).to.deep.equal([{ count: 0 }]);
    }
    await eventually('a read waits for the lock', async () => (await waiting()) > 0);
    expect(await Promise.all(Array.from({ length: 50 }, products))).to.deep.equal(
      Array.from({ length: 50 }, () => [{ count: 0 }]),
    );
    expect(answered).to.equal(0);
    expect(await waiting()).to.be.at.most(POOL_MAX / 2);
  });

  it('control: wait behind blocked reads on a single connection', async () => {
    const connections = connectionPoolOf(sequelize);
    const connection = await connections.getConnection({ type: 'SELECT' });
    try {
      readSessions(() => queryOn(connection, SESSIONS, [NO_ID]));
      const free = queryOn(connection, PRODUCTS, []).then(() => answered);
      await eventually('the read waits for the lock', async () => (await waiting()) === 1);
      await blocker.query('ROLLBACK');
      expect(await free).to.equal(1);
    } finally {
      connections.releaseConnection(connection);
    }
  });
});
