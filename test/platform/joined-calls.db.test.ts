import { expect } from 'chai';
import pg from 'pg';
import { queryInTransaction } from '../../src/platform/database/database.js';
import { clientInternals, type Connection } from '../../src/platform/database/driver-internals.js';
import { SkippedStatement } from '../../src/platform/database/joined-calls.js';
import { pipeline } from '../../src/platform/database/pipeline.js';
import { rejection } from '../support/rejection.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const BEGIN = { name: 'begin', text: 'BEGIN' };
const COMMIT = { name: 'commit', text: 'COMMIT' };
const NOTE = { name: 'note', text: 'INSERT INTO notes (n) VALUES ($1)' };
const LIST = { name: 'list', text: 'SELECT n, n::text AS text FROM notes ORDER BY n' };
const DIVIDE = { name: 'divide', text: 'SELECT 1 / $1::int AS n' };

describe('statements that a transaction sends in one turn of the event loop', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let connection: Connection;
  let answers = 0;

  const run = (statement: Readonly<{ name: string; text: string }>, ...values: unknown[]) =>
    queryInTransaction(connection, statement, values);
  const notes = async () =>
    (await client.query<{ n: number }>('SELECT n FROM notes ORDER BY n')).rows.map(({ n }) => n);
  /** Each in a turn of its own, so that the statements are known on the connection. */
  async function prepareAll(): Promise<void> {
    for (const [statement, ...values] of [[BEGIN], [NOTE, 0], [LIST], [DIVIDE, 1], [COMMIT]] as const)
      await run(statement, ...values);
    await client.query('TRUNCATE notes');
    answers = 0;
  }

  before(async () => {
    database = await createTestDatabase({ empty: true });
  });
  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query(
      'DROP TABLE IF EXISTS notes; CREATE TABLE notes (n int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)',
    );
    pipeline(clientInternals(client));
    connection = client;
    (client as unknown as { connection: pg.Connection }).connection.on('readyForQuery', () => {
      answers += 1;
    });
    await prepareAll();
  });
  afterEach(() => client.end());
  after(() => database.drop());

  it('are answered together, each with its own rows', async () => {
    const outcomes = await Promise.all([
      run(BEGIN),
      run(NOTE, 1),
      run(LIST),
      run(NOTE, 2),
      run(LIST),
      run(COMMIT),
    ]);
    expect(answers).to.equal(1);
    expect(outcomes).to.deep.equal([
      [],
      [],
      [{ n: 1, text: '1' }],
      [],
      [
        { n: 1, text: '1' },
        { n: 2, text: '2' },
      ],
      [],
    ]);
  });

  it('keep their order among other statements of the connection', async () => {
    const sent = [run(BEGIN), run(NOTE, 1), client.query('SELECT 1'), run(NOTE, 2), run(COMMIT)];
    await Promise.all(sent);
    expect(answers).to.equal(3);
    expect(await notes()).to.deep.equal([1, 2]);
  });

  it('are prepared one by one on a connection that does not know them', async () => {
    const other = { name: 'other', text: 'SELECT $1::int AS n' };
    const [, first, second] = await Promise.all([run(BEGIN), run(other, 1), run(other, 2), run(COMMIT)]);
    expect([first, second]).to.deep.equal([[{ n: 1 }], [{ n: 2 }]]);
  });

  it('are skipped after one that fails, which leaves the transaction open and aborted', async () => {
    const [begun, noted, failed, skipped, committed] = await Promise.allSettled([
      run(BEGIN),
      run(NOTE, 1),
      run(DIVIDE, 0),
      run(NOTE, 2),
      run(COMMIT),
    ]);
    expect([begun, noted].map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled']);
    expect(failed).to.have.nested.property('reason.code', '22012');
    for (const { reason } of [skipped, committed] as PromiseRejectedResult[]) {
      expect(reason).to.be.instanceOf(SkippedStatement);
      expect(reason).to.have.property('code', '25P02');
      expect(reason).to.have.nested.property('cause.code', '22012');
    }
    expect(await rejection(run(NOTE, 3))).to.have.property('code', '25P02');
    expect(await client.query('COMMIT')).to.have.property('command', 'ROLLBACK');
    expect(await notes()).to.deep.equal([]);
  });

  it('fail at COMMIT when a deferred constraint does, and leave the connection usable', async () => {
    const sent = await Promise.allSettled([run(BEGIN), run(NOTE, 1), run(NOTE, 1), run(COMMIT)]);
    expect(sent.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(sent[3]).to.have.nested.property('reason.code', '23505');
    expect(await notes()).to.deep.equal([]);
  });

  it('fail alone when a value of theirs cannot be parsed', async () => {
    client.setTypeParser(pg.types.builtins.INT4, () => {
      throw new Error('unreadable');
    });
    const unreadable = { name: 'unreadable', text: 'SELECT 1::int AS n' };
    await rejection(run(unreadable));
    const [, failed, noted] = await Promise.allSettled([
      run(BEGIN),
      run(unreadable),
      run(NOTE, 1),
      run(COMMIT),
    ]);
    expect(failed).to.have.nested.property('reason.message', 'unreadable');
    expect(noted.status).to.equal('fulfilled');
  });

  it('fail for the same reason when the connection breaks', async () => {
    const sent = [run(BEGIN), run(NOTE, 1)].map((each) => rejection(each));
    client.on('error', () => undefined);
    clientInternals(client).connection.stream.destroy(new Error('broken'));
    for (const error of await Promise.all(sent)) expect(error).not.to.be.instanceOf(SkippedStatement);
  });
});
