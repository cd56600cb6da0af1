import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync, chownSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrator.js';

/** A primary with streaming replicas, each a cold copy of it. */
export type ReplicatedServers = Readonly<{
  primary: EmbeddedPostgres;
  replicas: readonly EmbeddedPostgres[];
  stop(): Promise<void>;
}>;

// Commits wait for the write-ahead log as in production, but without `durable` the log is not synced to the disk.
const settings = { synchronous_commit: 'on' };

/** Starts a migrated primary, and `count` servers that follow it. */
export async function startReplicated(count: number): Promise<ReplicatedServers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'praxis-replicas-'));
  chmodSync(folder, 0o711);
  const homeOf = (name: string): string => {
    const home = path.join(folder, name);
    mkdirSync(home, { mode: 0o711 });
    return home;
  };
  const home = homeOf('primary');
  // Clusters on one machine need different ports.
  const options = { home, durable: false, settings, socket: false };
  const first = await startEmbeddedPostgres(options);
  await migrate({ url: first.ownerUrl, applicationRole: new URL(first.applicationUrl).username });
  await first.stop();

  const homes = Array.from({ length: count }, (_, n) => homeOf(`replica-${n}`));
  for (const replica of homes) {
    execFileSync('cp', ['-a', path.join(home, 'postgres'), path.join(replica, 'postgres')]);
    rmSync(path.join(replica, 'postgres', 'port'));
    const data = path.join(replica, 'postgres', 'data');
    const signal = path.join(data, 'standby.signal');
    writeFileSync(signal, '');
    const { uid, gid } = statSync(data);
    chownSync(signal, uid, gid);
  }
  const primary = await startEmbeddedPostgres(options);
  const { hostname, port, username, password } = new URL(primary.superuserUrl);
  const primary_conninfo = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`;
  const replicas = await Promise.all(
    homes.map((replica) =>
      startEmbeddedPostgres({ ...options, home: replica, settings: { ...settings, primary_conninfo } }),
    ),
  );
  return {
    primary,
    replicas,
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await primary.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks a server as its superuser. */
export async function askServer<Row extends pg.QueryResultRow>(
  server: EmbeddedPostgres,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.superuserUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
