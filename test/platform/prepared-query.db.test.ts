import { expect } from 'chai';
import pg from 'pg';
import { clientInternals, type Connection } from '../../src/platform/database/driver-internals.js';
import { pipeline } from '../../src/platform/database/pipeline.js';
import { queryOn } from '../../src/platform/database/database.js';
import { rejection } from '../support/rejection.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const TEXT = `
  SELECT n, n::text AS text, n::bigint AS big, NULLIF(n, 2) AS nullable, ARRAY[n, n] AS list, json_build_object('n', n) AS json,
    timestamptz '2026-11-22 10:00:00.123Z' AS at, 10 / (n - $2) AS ratio, 7 AS n, $3::timestamptz AS given, $4::bytea AS bytes
  FROM generate_series(1, $1::int) AS n`;
const STATEMENT = { name: 'test_rows', text: TEXT };
const EARLY = new Date('0033-04-03T12:00:00Z');
const BYTES = Buffer.from([0, 1, 255]);
const values = (rows: number, divisor = 0): unknown[] => [rows, divisor, EARLY, BYTES];

describe('prepared statements', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let connection: Connection;
  let descriptions = 0;
  before(async () => {
    database = await createTestDatabase({ empty: true });
  });
  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    pipeline(clientInternals(client));
    connection = client;
    descriptions = 0;
    (client as unknown as { connection: pg.Connection }).connection.on('rowDescription', () => {
      descriptions += 1;
    });
  });
  afterEach(() => client.end());
  after(() => database.drop());

  it('return the same rows as pg, the first time and later', async () => {
    const { rows: expected } = await client.query<object>({ text: TEXT, values: values(3) });
    for (let time = 1; time <= 3; time += 1)
      expect(await queryOn(connection, STATEMENT, values(3))).to.deep.equal(expected);
    expect(await queryOn(connection, STATEMENT, values(0))).to.deep.equal([]);
  });

  it('are described once per connection, while pg describes them each time', async () => {
    for (let time = 1; time <= 3; time += 1) await queryOn(connection, STATEMENT, values(1));
    expect(descriptions).to.equal(1);
    for (let time = 1; time <= 3; time += 1)
      await client.query({ name: 'test_plainly', text: 'SELECT 1 AS one', values: [] });
    expect(descriptions).to.equal(1 + 3);
  });

  it('can be sent repeatedly before the first response', async () => {
    const asked = Array.from({ length: 20 }, (_, n) =>
      queryOn<{ text: string }>(connection, STATEMENT, values(n + 3, -1)),
    );
    const counts = (await Promise.all(asked)).map((rows) => rows.at(-1)?.text);
    expect(counts).to.deep.equal(Array.from({ length: 20 }, (_, n) => String(n + 3)));
  });

  it('without rows are described once as well', async () => {
    await client.query('CREATE TEMPORARY TABLE noted (n int)');
    const insert = { name: 'test_insert', text: 'INSERT INTO noted VALUES ($1)' };
    for (const n of [1, 2, 3]) expect(await queryOn(connection, insert, [n])).to.deep.equal([]);
    expect((await client.query('SELECT * FROM noted')).rows).to.have.length(3);
  });

  it('fail with PostgreSQL’s error and the caller’s stack, and keep working', async () => {
    for (let time = 1; time <= 2; time += 1) {
      const error = await rejection(queryOn(connection, STATEMENT, values(2, 2)));
      expect(error).to.have.property('code', '22012');
      // By its file: a source map may give the function another name.
      expect((error as Error).stack).to.include('platform/database/database.ts');
      expect(await queryOn(connection, STATEMENT, values(2))).to.have.length(2);
    }
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(await rejection(queryOn(connection, STATEMENT, [circle]))).to.be.instanceOf(TypeError);
    expect(await queryOn(connection, STATEMENT, values(1))).to.have.length(1);
  });

  it('fail when a value cannot be parsed, and keep working', async () => {
    client.setTypeParser(pg.types.builtins.TEXT, () => {
      throw new Error('unreadable');
    });
    const text = { name: 'test_text', text: `SELECT 'text'::text AS text FROM generate_series(1, 2)` };
    for (let time = 1; time <= 2; time += 1)
      expect(await rejection(queryOn(connection, text, []))).to.have.property('message', 'unreadable');
    expect(await queryOn(connection, { name: 'test_one', text: 'SELECT 1 AS one' }, [])).to.deep.equal([
      { one: 1 },
    ]);
  });
});
