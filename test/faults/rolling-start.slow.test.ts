import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { OWNER, readCredentials, urlOf } from '../../src/platform/embedded-postgres/credentials.js';
import { endpointOf } from '../../src/platform/embedded-postgres/endpoint.js';
import { placeCluster } from '../../src/platform/embedded-postgres/folder.js';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { MIGRATIONS_FOLDER, SEEDERS_FOLDER } from '../../src/platform/database/migration-files.js';
import { eventually } from '../support/processes.js';
import { makeSandbox, postgresOf, signInDemo, watch, type ServerProcess } from '../support/server-process.js';

const PROCESSES = 5;

const stepsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cjs'))
    .sort();

describe('servers that start together on an empty home', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  let home: string;
  let servers: ServerProcess[];
  before(async () => {
    home = sandbox.newHome();
    servers = await Promise.all(
      Array.from({ length: PROCESSES }, () => sandbox.serve({ PRAXIS_HOME: home, RATE_LIMIT: 'on' })),
    );
  });
  after(() => sandbox.clear());

  async function ask(sql: string): Promise<Record<string, unknown>[]> {
    const folder = placeCluster(home);
    const endpoint = endpointOf(folder, readPostmaster(folder.data)!)!;
    const client = new pg.Client({
      connectionString: urlOf(readCredentials(folder.credentials), OWNER, endpoint),
    });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('are all ready at different addresses, on one database with one demo practice', async () => {
    expect(new Set(servers.map(({ url }) => url)).size).to.equal(PROCESSES);
    for (const server of servers) expect((await server.call('GET', '/readyz')).status).to.equal(200);
    const named = `SELECT FROM users WHERE email IN ('admin@praxis.test', 'staff@praxis.test', 'member@praxis.test')`;
    expect(await ask(named)).to.have.length(3);
    const seeded = await ask('SELECT name FROM "SequelizeData" ORDER BY name');
    expect(seeded.map(({ name }) => name)).to.deep.equal(stepsIn(SEEDERS_FOLDER));
    const recurring = await ask('SELECT kind FROM jobs GROUP BY kind, run_at HAVING count(*) > 1');
    expect(recurring, 'recurring jobs that wait twice').to.deep.equal([]);
  });

  it('run no migration that begins a transaction, which would end that of the runner', () => {
    for (const folder of [MIGRATIONS_FOLDER, SEEDERS_FOLDER])
      for (const name of stepsIn(folder))
        expect(readFileSync(path.join(folder, name), 'utf8'), name).not.to.match(/\.transaction\(/);
  });

  it('accept each other’s tokens and see each other’s changes and revocations immediately', async () => {
    const token = await signInDemo(servers[0]!);
    for (const [index, server] of servers.entries()) {
      const fullName = `Mia ${index}`;
      const headers = { 'if-match': '*' };
      expect((await server.call('PATCH', '/v1/me', { token, body: { fullName }, headers })).status).to.equal(
        200,
      );
      const names = await Promise.all(servers.map((each) => each.call('GET', '/v1/me', { token })));
      expect(names.map(({ body }) => body.fullName)).to.deep.equal(servers.map(() => fullName));
    }
    expect((await servers[1]!.call('DELETE', '/v1/sessions/current', { token })).status).to.equal(204);
    const after = await Promise.all(servers.map((each) => each.call('GET', '/v1/me', { token })));
    expect(after.map(({ status }) => status)).to.deep.equal(servers.map(() => 401));
  });

  it('stop one after the other in any order while the last one still serves', async () => {
    const last = servers.at(-1)!;
    const token = await signInDemo(last);
    const watched = watch(() => last.call('GET', '/v1/me', { token }));
    for (const server of servers.slice(0, -1)) {
      server.signal('SIGTERM');
      expect((await server.outcome).code).to.equal(0);
    }
    await eventually('it is ready', async () => (await last.call('GET', '/readyz')).status === 200);
    const { statuses, failures } = await watched.stop();
    expect(failures).to.deep.equal([]);
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).to.deep.equal([]);
    expect((await last.call('GET', '/v1/me', { token })).status).to.equal(200);
    last.signal('SIGTERM');
    expect((await last.outcome).code).to.equal(0);
    expect(postgresOf(home)).to.equal(null);
  });
});
