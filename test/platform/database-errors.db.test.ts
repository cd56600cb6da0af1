import net from 'node:net';
import { expect } from 'chai';
import pg from 'pg';
import { ConnectionAcquireTimeoutError, type Sequelize } from 'sequelize';
import { makeClient } from '../../src/platform/database/client.js';
import {
  isRefused,
  isRetryable,
  isUnavailable,
  violatedConstraint,
} from '../../src/platform/database/errors.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

describe('the errors of the database', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let client: pg.Client;

  /** Runs the statement through Sequelize, which wraps errors, and on the driver, which does not. */
  const bothWays = async (sql: string): Promise<unknown[]> => [
    await rejection(sequelize.query(sql)),
    await rejection(client.query(sql)),
  ];

  before(async () => {
    database = await createTestDatabase({ empty: true });
    await execute(
      database.ownerUrl,
      'CREATE EXTENSION btree_gist',
      `CREATE TABLE parent (id int CONSTRAINT parent_key PRIMARY KEY, name text NOT NULL, CONSTRAINT name_short CHECK (length(name) < 5))`,
      `CREATE UNIQUE INDEX parent_name_unique ON parent (lower(name))`,
      `CREATE TABLE child (parent_id int CONSTRAINT child_parent REFERENCES parent ON DELETE RESTRICT)`,
      `CREATE TABLE booking (slot int4range, CONSTRAINT booking_overlap EXCLUDE USING gist (slot WITH &&))`,
      `INSERT INTO parent VALUES (1, 'one')`,
      `INSERT INTO child VALUES (1)`,
      `INSERT INTO booking VALUES ('[1,5)')`,
    );
    sequelize = openSequelize({ url: database.ownerUrl, poolMax: 2 });
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
  });

  after(async () => {
    await client.end();
    await sequelize.close();
    await database.drop();
  });

  it('name the violated constraint of every kind', async () => {
    const violations = {
      "INSERT INTO parent VALUES (1, 'two')": 'parent_key',
      "INSERT INTO parent VALUES (2, 'ONE')": 'parent_name_unique',
      "INSERT INTO parent VALUES (2, 'too long')": 'name_short',
      'INSERT INTO parent VALUES (2, NULL)': 'parent_name_not_null',
      'INSERT INTO child VALUES (7)': 'child_parent',
      'DELETE FROM parent WHERE id = 1': 'child_parent',
      "INSERT INTO booking VALUES ('[4,6)')": 'booking_overlap',
    };
    for (const [sql, constraint] of Object.entries(violations))
      for (const error of await bothWays(sql)) {
        expect(violatedConstraint(error), sql).to.equal(constraint);
        expect(isUnavailable(error), sql).to.equal(false);
        expect(isRetryable(error), sql).to.equal(false);
      }
  });

  it('do not classify programming errors as violation, retryable or unavailable', async () => {
    for (const error of [
      ...(await bothWays('SELECT nothing')),
      new Error('other'),
      null,
      'text',
      undefined,
    ]) {
      expect(violatedConstraint(error)).to.equal(undefined);
      expect(isUnavailable(error)).to.equal(false);
      expect(isRetryable(error)).to.equal(false);
    }
  });

  it('classify lock timeout, deadlock and serialization failure as retryable', async () => {
    const other = new pg.Client({ connectionString: database.ownerUrl });
    await other.connect();
    try {
      await other.query("BEGIN; UPDATE parent SET name = 'two' WHERE id = 1");
      for (const error of await bothWays(
        "SET lock_timeout = '10ms'; UPDATE parent SET name = 'x' WHERE id = 1",
      ))
        expect(isRetryable(error), String(error)).to.equal(true);
      await client.query('RESET lock_timeout; BEGIN; SELECT pg_advisory_xact_lock(2)');
      await other.query('SELECT pg_advisory_xact_lock(1)');
      const crossed = rejection(
        Promise.all([
          client.query('SELECT pg_advisory_xact_lock(1)'),
          other.query('SELECT pg_advisory_xact_lock(2)'),
        ]),
      );
      expect(isRetryable(await crossed), 'deadlock').to.equal(true);
      await other.query('ROLLBACK');
      await client.query('ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM parent');
      await other.query("UPDATE parent SET name = 'two' WHERE id = 1");
      const stale = await rejection(client.query("UPDATE parent SET name = 'x' WHERE id = 1"));
      expect(isRetryable(stale), 'serialization failure').to.equal(true);
    } finally {
      await client.query('ROLLBACK');
      await other.end();
    }
  });

  it('classify connection errors as unavailable', async () => {
    const away = async (what: string, work: Promise<unknown>): Promise<unknown> => {
      const error = await rejection(work);
      expect(isUnavailable(error), `${what}: ${String(error)}`).to.equal(true);
      expect(violatedConstraint(error), what).to.equal(undefined);
      return error;
    };

    const suicide = 'SELECT pg_terminate_backend(pg_backend_pid())';
    await away('terminated, through Sequelize', sequelize.query(suicide));
    const doomed = new pg.Client({ connectionString: database.ownerUrl });
    doomed.on('error', () => undefined);
    await doomed.connect();
    await away('terminated, on the driver', doomed.query(suicide));
    await away('not queryable any more', doomed.query('SELECT 1'));

    const cuttable = await connectedThroughCuttableSocket();
    const cut = await away('socket cut in flight', cuttable.query('SELECT pg_sleep(5)'));
    expect(String(cut)).to.match(/Connection terminated|ECONNRESET/);

    await away('over its time', sequelize.query("SET statement_timeout = '10ms'; SELECT pg_sleep(5)"));
    const full = openSequelize({ url: database.ownerUrl, poolMax: 1 });
    await full.query('SELECT 1'); // connects first, because connecting may take longer than the wait below
    Object.assign((full as unknown as { connectionManager: { pool: object } }).connectionManager.pool, {
      acquireTimeoutMillis: 50,
    });
    const [, exhausted] = await Promise.all([
      full.query('SELECT pg_sleep(0.3)'),
      away('pool exhausted', full.query('SELECT 1')),
    ]);
    expect(exhausted).to.be.instanceOf(ConnectionAcquireTimeoutError);
    await full.close();

    const closedPort = openSequelize({ url: 'postgres://a:b@127.0.0.1:9/c', poolMax: 1 });
    await away('nobody listens', closedPort.query('SELECT 1'));
    await away('nobody listens, on the driver', new pg.Client('postgres://a:b@127.0.0.1:9/c').connect());
    const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as net.AddressInfo;
    const mute = makeClient(`postgres://a:b@127.0.0.1:${port}/c`, { connectionTimeoutMillis: 50 });
    await away('nobody answers', mute.connect()).finally(() => silent.close());
    await sequelize.query('SELECT 1');
  });

  it('do not report a server as unreachable while the process is too busy to read its answers', async () => {
    const blocking = setInterval(() => {
      const until = performance.now() + 400;
      while (performance.now() < until);
    }, 1);
    try {
      const patient = makeClient(database.ownerUrl, { connectionTimeoutMillis: 2_000 });
      await patient.connect();
      await patient.end();
    } finally {
      clearInterval(blocking);
    }
  });

  it('distinguish a permanent refusal of the server from an unavailable one', async () => {
    const elsewhere = new URL(database.ownerUrl);
    elsewhere.pathname = '/no_such_database';
    const wrong = new URL(database.ownerUrl);
    wrong.password = 'wrong';
    for (const url of [elsewhere.href, wrong.href]) {
      const pool = openSequelize({ url, poolMax: 1 });
      expect(isRefused(await rejection(pool.query('SELECT 1')))).to.equal(true);
      expect(isRefused(await rejection(new pg.Client(url).connect()))).to.equal(true);
    }
    expect(isRefused(await rejection(sequelize.query('SELECT nothing')))).to.equal(false);
  });

  /** A client whose connection breaks silently a moment after its first query. */
  async function connectedThroughCuttableSocket(): Promise<pg.Client> {
    const cut = new pg.Client({ connectionString: database.ownerUrl });
    cut.on('error', () => undefined);
    await cut.connect();
    setTimeout(() => {
      (cut as unknown as { connection: { stream: net.Socket } }).connection.stream.destroy();
    }, 50);
    return cut;
  }
});
