import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import type { Sequelize } from 'sequelize';
import type { AccessTokens } from '../../src/identity/application/ports.js';
import { startPraxis } from '../../src/main.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { makeDatabase, type Database } from '../../src/platform/database/database.js';
import { makeReplicatedDatabase, openReplicas, type Replicas } from '../../src/platform/database/replicas.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { eventually } from '../support/processes.js';
import { askServer, startReplicated, type ReplicatedServers } from '../support/replica.js';

const READ = {
  name: 'test_read',
  text: `SELECT pg_is_in_recovery() AS "onReplica", inet_server_port() AS port,
    (SELECT max(n) FROM counted) AS n`,
};
type Read = { onReplica: boolean; port: number; n: number };

describe('reads on streaming replicas', function () {
  this.timeout(300_000);
  let servers: ReplicatedServers;
  let sequelize: Sequelize;
  let primary: Database;
  let replicas: Replicas;
  let database: Database;
  const urlsOf = ({ replicas: of }: ReplicatedServers) => of.map(({ applicationUrl }) => applicationUrl);
  const openOn = (urls: readonly string[]) =>
    openReplicas({ urls, poolMax: 4, primary, logger: pino({ level: 'silent' }) });
  const read = async (from: Database = database): Promise<Read> => (await from.rows<Read>(READ, []))[0]!;
  /** The last acknowledged write. */
  let written = 0;
  const write = async (): Promise<number> => {
    const next = written + 1;
    await sequelize.query('INSERT INTO counted VALUES ($1)', { bind: [next] });
    written = next;
    return written;
  };
  const pause = (index: number) => askServer(servers.replicas[index]!, 'SELECT pg_wal_replay_pause()');
  const resume = (index: number) => askServer(servers.replicas[index]!, 'SELECT pg_wal_replay_resume()');
  const onReplicas = () => eventually('replicas serve', async () => (await read()).onReplica);

  before(async () => {
    servers = await startReplicated(2);
    await askServer(
      servers.primary,
      'CREATE TABLE counted (n int); GRANT ALL ON counted TO praxis_app; INSERT INTO counted VALUES (0)',
    );
    sequelize = openSequelize({ url: servers.primary.applicationUrl, poolMax: 4 });
    primary = makeDatabase({ sequelize });
    replicas = openOn(urlsOf(servers));
    database = makeReplicatedDatabase(primary, replicas);
  });
  after(async () => {
    await replicas.close();
    await sequelize.close();
    await servers.stop();
  });

  it('alternate between the replicas', async () => {
    await onReplicas();
    const ports = new Set<number>();
    await eventually('both have served', async () => {
      const { onReplica, port } = await read();
      if (onReplica) ports.add(port);
      return ports.size === 2;
    });
  });

  it('always show every commit acknowledged before the request', async () => {
    for (let round = 0; round < 200; round += 1) {
      const n = await write();
      expect((await read()).n).to.equal(n);
    }
    // A reader that ignores how far the replica has replayed would have read old rows by now.
    await Promise.all([pause(0), pause(1)]);
    const naive = openSequelize({ url: servers.replicas[0]!.applicationUrl, poolMax: 1 });
    const n = await write();
    expect((await read(makeDatabase({ sequelize: naive }))).n).to.be.below(n);
    expect(await read()).to.deep.include({ n, onReplica: false });
    await naive.close();
    await Promise.all([resume(0), resume(1)]);
    await onReplicas();
  });

  it('skip a lagging replica until it has caught up', async () => {
    await pause(0);
    const n = await write();
    const lagging = servers.replicas[0]!.endpoint.port;
    await eventually('the other one serves', async () => (await read()).onReplica);
    for (let round = 0; round < 40; round += 1) {
      const seen = await read();
      expect(seen.n).to.equal(n);
      expect(seen.port).not.to.equal(lagging);
    }
    await resume(0);
    await eventually('it serves again', async () => (await read()).port === lagging);
  });

  it('serve anonymous requests only; the primary serves all others and writes', async () => {
    await onReplicas();
    const home = mkdtempSync(path.join(tmpdir(), 'praxis-replicated-'));
    const config = loadConfig(
      {
        PORT: '0',
        PRAXIS_HOME: home,
        DATABASE_URL: servers.primary.applicationUrl,
        DATABASE_MIGRATION_URL: servers.primary.ownerUrl,
        DATABASE_REPLICA_URLS: urlsOf(servers).join(),
        AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
        JOBS: 'off',
      },
      { cwd: home },
    );
    const praxis = await startPraxis(config, { logger: pino({ level: 'silent' }) });
    /** The last statement on each connection of the server to each replica. */
    const askedOfReplicas = async (): Promise<string> => {
      const sql = `SELECT query FROM pg_stat_activity WHERE application_name = 'praxis-replica' AND query NOT LIKE '%caughtUp%'`;
      const rows = await Promise.all(servers.replicas.map((replica) => askServer(replica, sql)));
      return rows
        .flat()
        .map(({ query }) => String(query))
        .join();
    };
    try {
      expect((await fetch(`${praxis.url}/v1/doctors`)).status).to.equal(200);
      await eventually('a replica was asked', async () => {
        await fetch(`${praxis.url}/v1/products`);
        return (await askedOfReplicas()).includes('FROM products');
      });
      const { accessTokens } = praxis.container.cradle as unknown as Readonly<{ accessTokens: AccessTokens }>;
      const who = { userId: randomUUID(), sessionId: randomUUID() };
      const headers = { authorization: `Bearer ${await accessTokens.mint(who)}` };
      expect((await fetch(`${praxis.url}/v1/me`, { headers })).status).to.equal(401);
      expect(await askedOfReplicas()).not.to.match(/sessions/);
    } finally {
      await praxis.stop();
      rmSync(home, { recursive: true });
    }
  });

  it('skip a server that is no copy of the primary', async () => {
    const other = await startReplicated(0);
    await askServer(other.primary, 'CREATE TABLE counted (n int); GRANT ALL ON counted TO praxis_app');
    const stray = openOn([other.primary.applicationUrl]);
    for (let round = 0; round < 3; round += 1)
      expect(await read(makeReplicatedDatabase(primary, stray))).to.deep.include({
        n: written,
        onReplica: false,
      });
    await stray.close();
    await other.stop();
  });

  it('do not fail when one replica or both die', async () => {
    await onReplicas();
    const over = new AbortController();
    const failures: unknown[] = [];
    const reader = (async () => {
      while (!over.signal.aborted) {
        const least = written;
        await read().then(
          (seen) => seen.n < least && failures.push(seen),
          (error: unknown) => failures.push(error),
        );
      }
    })();
    const [first, second] = servers.replicas;
    first!.stopNow();
    await write();
    await eventually('the other one serves', async () => {
      const seen = await read();
      return seen.onReplica && seen.port === second!.endpoint.port;
    });
    second!.stopNow();
    await write();
    expect(await read()).to.deep.include({ n: written, onReplica: false });
    over.abort();
    await reader;
    expect(failures).to.deep.equal([]);
  });
});
