import { expect } from 'chai';
import { pino } from 'pino';
import { makeClient, UntrustedServerError, withScramRequired } from '../../src/platform/database/client.js';
import { makeDatabase } from '../../src/platform/database/database.js';
import { APPLICATION, OWNER, SUPERUSER, urlOf } from '../../src/platform/embedded-postgres/credentials.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { openReplicas } from '../../src/platform/database/replicas.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { METHODS, startFalsePostgres } from '../support/false-postgres.js';
import { createTestDatabase, execute } from '../support/postgres.js';
import { run } from '../support/processes.js';
import { rejection } from '../support/rejection.js';

const PASSWORD = 'a-password-nobody-may-see';
const CREDENTIALS = { [SUPERUSER]: PASSWORD, [OWNER]: PASSWORD, [APPLICATION]: PASSWORD };
const STATEMENT = { name: 'secret', text: 'SELECT $1::text AS secret' };

/** Every way in which Praxis connects to its database. */
const WAYS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  'the pool': async (url) => {
    const sequelize = openSequelize({ url, poolMax: 1 });
    try {
      return await sequelize.query(`SELECT '${PASSWORD}'`);
    } finally {
      await sequelize.close();
    }
  },
  'a query port': async (url) => {
    const sequelize = openSequelize({ url, poolMax: 1 });
    try {
      return await makeDatabase({ sequelize }).rows(STATEMENT, [PASSWORD]);
    } finally {
      await sequelize.close();
    }
  },
  migrations: (url) => migrate({ url, patienceMs: 0 }),
  'a client of its own': async (url) => {
    const client = makeClient(url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`SELECT '${PASSWORD}'`);
  },
  'the tests’ helpers': (url) => execute(url, `SELECT '${PASSWORD}'`),
};

const messageOf = (error: unknown): string => {
  const { message, parent } = error as Error & { parent?: Error };
  return parent?.message ?? message;
};

describe('a server that is not the embedded PostgreSQL', () => {
  for (const method of Object.keys(METHODS) as (keyof typeof METHODS)[])
    for (const [what, connect] of Object.entries(WAYS))
      it(`gets nothing from ${what} by the method ${method}`, async () => {
        const server = await startFalsePostgres(method);
        try {
          const url = urlOf(CREDENTIALS, APPLICATION, { socketFolder: null, port: server.port });
          const error = await rejection(connect(url));
          expect(messageOf(error)).to.match(/is not the database: it (asks|lets)/);
          expect(server.received()).to.deep.equal([]);
          expect(server.connections()).to.be.greaterThan(0);
        } finally {
          await server.stop();
        }
      });

  it('gets nothing from sequelize-cli', async () => {
    const server = await startFalsePostgres('cleartext');
    try {
      const url = urlOf(CREDENTIALS, OWNER, { socketFolder: null, port: server.port });
      const { outcome } = run('npx', ['sequelize-cli', 'db:migrate:status'], {
        env: { PATH: process.env['PATH'], DATABASE_URL: url },
      });
      const { code, stderr } = await outcome;
      expect(code).to.equal(1);
      expect(stderr).to.contain('is not the database');
      expect(server.received()).to.deep.equal([]);
    } finally {
      await server.stop();
    }
  });

  it('gets nothing as a replica', async () => {
    const server = await startFalsePostgres('cleartext');
    const replicas = openReplicas({
      urls: [urlOf(CREDENTIALS, APPLICATION, { socketFolder: null, port: server.port })],
      poolMax: 1,
      primary: { rows: () => Promise.resolve([{ position: '0/0' }] as never[]) },
      logger: pino({ level: 'silent' }),
    });
    try {
      expect(await replicas.rows(STATEMENT, [PASSWORD])).to.equal(undefined);
      expect(server.connections()).to.equal(1);
      expect(server.received()).to.deep.equal([]);
    } finally {
      await replicas.close();
      await server.stop();
    }
  });

  it('control: gets the password in clear text from a client that accepts every method', async () => {
    const server = await startFalsePostgres('cleartext');
    try {
      const url = new URL(urlOf(CREDENTIALS, APPLICATION, { socketFolder: null, port: server.port }));
      url.searchParams.delete('require_auth');
      const naive = makeClient(url.href, { connectionTimeoutMillis: 1_000 });
      naive.on('error', () => undefined);
      await rejection(naive.connect());
      expect(server.received().join('')).to.contain(PASSWORD);
    } finally {
      await server.stop();
    }
  });

  it('is distinguished from the real server and from one with another password', async () => {
    const database = await createTestDatabase({ empty: true });
    try {
      const url = withScramRequired(database.url);
      const client = makeClient(url);
      await client.connect();
      expect((await client.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
      await client.end();
      const wrong = new URL(url);
      wrong.password = 'wrong';
      const error = await rejection(makeClient(wrong.href).connect());
      expect(error).not.to.be.instanceOf(UntrustedServerError);
      expect((error as { code?: string }).code).to.equal('28P01');
    } finally {
      await database.drop();
    }
  });

  it('control: a method that is not enforced is not requested', async () => {
    const error = await rejection(
      Promise.resolve().then(() => makeClient('postgres://a@127.0.0.1/b?require_auth=md5')),
    );
    expect(String(error)).to.contain('require_auth=md5').and.to.contain('scram-sha-256');
  });
});
