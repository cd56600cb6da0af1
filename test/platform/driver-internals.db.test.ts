import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { expect } from 'chai';
import pg from 'pg';
import { Transaction, type Sequelize } from 'sequelize';
import {
  clientInternals,
  ConnectingClientClass,
  connectionOf,
  connectionPoolOf,
  finishedQuery,
  PgQueryClass,
  prepareValue,
  transactionInternals,
  type ClientInternals,
  type Connection,
  type FinishedQuery,
  type RowDescription,
  type Wire,
} from '../../src/platform/database/driver-internals.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/**
 * The versions that the private interfaces below were last checked with. After an update: read the changes of the package in
 * the files that driver-internals.ts names, run the tests of test/platform and test/contracts, then write the new version here.
 */
const CHECKED_VERSIONS = { pg: '8.23.1', sequelize: '6.37.8' };

const versionOf = (name: string): string => {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

describe('the private interfaces of pg and Sequelize', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let client: pg.Client;
  before(async () => {
    database = await createTestDatabase({ empty: true });
    sequelize = openSequelize({ url: database.ownerUrl, poolMax: 2 });
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await sequelize.close();
    await database.drop();
  });

  for (const [name, version] of Object.entries(CHECKED_VERSIONS))
    it(`belong to ${name} ${version}`, () => {
      expect(versionOf(name)).to.equal(version);
    });

  it('give a connection of the pool, count it, and take it back', async () => {
    const connections = connectionPoolOf(sequelize);
    const connection = await connections.getConnection({ type: 'SELECT' });
    expect(connection).to.be.instanceOf(pg.Client);
    expect(connections.pool).to.include({ size: 1, using: 1, waiting: 0 });
    connections.releaseConnection(connection);
    expect(connections.pool).to.include({ size: 1, using: 0 });
  });

  it('close a connection instead of taking it back', async () => {
    const connections = connectionPoolOf(sequelize);
    const connection = await connections.getConnection({ type: 'write' });
    const before = connections.pool.size;
    await connections.destroyConnection(connection);
    expect(connections.pool.size).to.equal(before - 1);
  });

  it('let a transaction be started and ended by other statements than those of Sequelize', async () => {
    const transaction = new Transaction(sequelize, {});
    const internals = transactionInternals(transaction);
    expect(internals.id).to.be.a('string');
    expect(internals._afterCommitHooks).to.deep.equal([]);
    const hook = (): void => undefined;
    transaction.afterCommit(hook);
    expect(internals._afterCommitHooks).to.deep.equal([hook]);
    await sequelize.transaction((managed) => {
      expect(connectionOf(managed)).to.be.instanceOf(pg.Client);
      expect(transactionInternals(managed).connection.uuid).to.equal(transactionInternals(managed).id);
      return Promise.resolve();
    });
  });

  it('pass the text and the connection of a query to the hook afterQuery', async () => {
    let finished: FinishedQuery | undefined;
    sequelize.addHook('afterQuery', 'test', (_options, query) => {
      finished = finishedQuery(query);
    });
    await sequelize.query('SELECT 1 AS one');
    sequelize.removeHook('afterQuery', 'test');
    expect(finished?.sql).to.equal('SELECT 1 AS one');
    expect(finished?.connection).to.be.instanceOf(pg.Client);
  });

  it('show whether a client awaits a result, and its socket', async () => {
    const internals: ClientInternals = clientInternals(client);
    expect(internals.pipeline).to.equal(false);
    expect(internals.readyForQuery).to.equal(true);
    const result = client.query('SELECT 1');
    expect(internals.readyForQuery).to.equal(false);
    await result;
    expect(internals.readyForQuery).to.equal(true);
    expect(internals.connection.stream).to.be.instanceOf(Socket);
  });

  it('connect by a method that can be overridden, within a time limit that can be changed', () => {
    expect(ConnectingClientClass.prototype._connect).to.be.a('function');
    expect(new ConnectingClientClass({ connectionTimeoutMillis: 20 })._connectionTimeoutMillis).to.equal(20);
  });

  it('handle the messages of authentication in methods that can be overridden', () => {
    expect(client).to.be.instanceOf(ConnectingClientClass);
    for (const method of [
      '_handleAuthCleartextPassword',
      '_handleAuthMD5Password',
      '_handleAuthSASLFinal',
      '_handleReadyForQuery',
    ] as const)
      expect(ConnectingClientClass.prototype[method], method).to.be.a('function');
  });

  it('drop the SCRAM session once the signature of the server is verified, and only then', () => {
    const verified = new ConnectingClientClass();
    verified.saslSession = { message: 'SASLResponse', serverSignature: 'AAAA' };
    verified._handleAuthSASLFinal({ data: 'v=AAAA' });
    expect(verified.saslSession).to.equal(null);
    const refused = new ConnectingClientClass();
    refused.saslSession = { message: 'SASLResponse', serverSignature: 'AAAA' };
    expect(() => refused._handleAuthSASLFinal({ data: 'v=BBBB' })).to.throw('signature does not match');
    expect(refused.saslSession).not.to.equal(null);
  });

  it('send a query by its method prepare, over a connection with the messages of the protocol', async () => {
    const sent: string[] = [];
    const described: RowDescription[] = [];
    const rows = await new Promise<object[] | undefined>((resolve, reject) => {
      class ObservedQuery extends PgQueryClass {
        override prepare(wire: Wire): void {
          for (const message of ['bind', 'execute', 'sync'] as const)
            if (typeof wire[message] === 'function') sent.push(message);
          super.prepare(wire);
        }
        handleRowDescription(message: RowDescription): void {
          described.push(message);
          const parse = this._result._types.getTypeParser(message.fields[0]!.dataTypeID, 'text');
          expect(parse('7')).to.equal(7);
          const inherited = Reflect.get(PgQueryClass.prototype, 'handleRowDescription') as (
            message: RowDescription,
          ) => void;
          inherited.call(this, message);
        }
      }
      const query = new ObservedQuery('SELECT $1::int AS n', ['7'], (error, result) => {
        if (error === null) resolve((result as unknown as { rows: object[] }).rows);
        else reject(error);
      });
      query.name = 'test_observed';
      expect(query.values).to.deep.equal(['7']);
      expect(query.callback).to.be.a('function');
      const connection: Connection = client;
      connection.query(query);
    });
    expect(rows).to.deep.equal([{ n: 7 }]);
    expect(sent).to.deep.equal(['bind', 'execute', 'sync']);
    expect(described.map(({ fields }) => fields.map(({ name }) => name))).to.deep.equal([['n']]);
    for (const method of ['handleError', 'handleDataRow', 'handleCommandComplete', 'handleReadyForQuery'])
      expect(Reflect.get(PgQueryClass.prototype, method), method).to.be.a('function');
  });

  it('convert values to parameters', () => {
    expect([1, true, null, ['a', null], { a: 1 }].map(prepareValue)).to.deep.equal([
      '1',
      'true',
      null,
      '{"a",NULL}',
      '{"a":1}',
    ]);
  });
});
