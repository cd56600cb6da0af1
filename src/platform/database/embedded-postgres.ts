import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { prepareBinaries, type Binaries } from './embedded-postgres/binaries.js';
import { assertReadable, clusterExists, createCluster } from './embedded-postgres/cluster.js';
import { APPLICATION, OWNER, readCredentials, SUPERUSER, urlOf } from './embedded-postgres/credentials.js';
import { placeCluster, type ClusterFolder } from './embedded-postgres/folder.js';
import { serverIdentity, type Identity } from './embedded-postgres/identity.js';
import { freePort, isFree, lastPort, rememberPort } from './embedded-postgres/port.js';
import { isServer, postmasterFile, readPostmaster } from './embedded-postgres/postmaster.js';
import { startServer, type Server, type ServerSettings } from './embedded-postgres/server.js';
import { takeStartLock } from './embedded-postgres/start-lock.js';
import { isUnavailable } from './errors.js';

export type EmbeddedPostgresOptions = Readonly<{
  /** Holds the cluster and its passwords; made if missing. */
  home: string;
  /** false keeps nothing over a crash of the machine: for tests. */
  durable?: boolean;
  /** Server parameters, e.g. `{ max_connections: '200' }`. They hold only while this process owns the server. */
  settings?: ServerSettings;
  /** Lines of the server's log, and what this launcher does by itself. */
  log?: (line: string) => void;
}>;

export interface EmbeddedPostgres {
  /** Whether another process owns the server at the moment; false from a takeover on. */
  readonly attached: boolean;
  readonly port: number;
  /** `praxis_owner`, which owns the database and runs the migrations. */
  readonly ownerUrl: string;
  /** `praxis_app`, which owns nothing. */
  readonly applicationUrl: string;
  readonly superuserUrl: string;
  /** The owner shuts the server down and waits for its end; an attached process only stops watching it. */
  stop(): Promise<void>;
  /** The same for an `exit` handler: blocks until an owned server is gone. */
  stopNow(): void;
}

const WATCH_MS = 250;
/** Every so often the watch also knocks: the number in `postmaster.pid` may have gone to another process. */
const KNOCK_EVERY = 20;
const POLL_MS = 20;
/** How long a start waits for the port the cluster had last before it takes another. */
const PORT_PATIENCE_MS = 2_000;
const START_TIMEOUT_MS = 180_000;

type Site = Readonly<{
  folder: ClusterFolder;
  binaries: Binaries;
  identity: Identity;
  durable: boolean;
  settings: ServerSettings;
  log: (line: string) => void;
}>;

/** A server that takes connections: ours, or (null) somebody else's. */
type Running = Readonly<{ port: number; server: Server | null }>;

/** Signs in. A refusal for lack of connections is an answer too; a wrong password is an error to be seen. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '53300') return true;
    if (isUnavailable(error)) return false;
    throw new Error('The embedded PostgreSQL does not accept the passwords in its home.', { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function attach({ folder }: Site): Promise<Running | null> {
  const found = readPostmaster(folder.data);
  const port = found?.port ?? null;
  if (found === null || port === null || !found.ready || !isServer(found.pid)) return null;
  const url = urlOf(readCredentials(folder.credentials), APPLICATION, port);
  return (await answers(url)) ? { port, server: null } : null;
}

/** Leftover of a server that was killed. PostgreSQL would not start if the number now belongs to another process. */
function clearDeadPostmaster({ folder }: Site): void {
  const found = readPostmaster(folder.data);
  if (found !== null && !isServer(found.pid)) rmSync(postmasterFile(folder.data), { force: true });
}

async function start(site: Site, port: number): Promise<Running | 'elsewhere' | 'port-taken'> {
  if (!(await isFree(port))) return 'port-taken';
  clearDeadPostmaster(site);
  const server = await startServer({ ...site, port });
  if (typeof server === 'string') return server;
  rememberPort(site.folder.port, port);
  return { port, server };
}

/**
 * Attaches to the server of the cluster, or makes and starts it, whichever succeeds first.
 * @param fixedPort the port that pools already know: no other will do
 * @param patient whether waiting keeps this process alive
 */
async function acquire(
  site: Site,
  fixedPort: number | null,
  patient: boolean,
  signal: AbortSignal,
): Promise<Running> {
  const { folder, binaries, identity, durable } = site;
  const begun = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const attached = await attach(site);
    if (attached !== null) return attached;
    const present = readPostmaster(folder.data);
    const unlock = present === null || !isServer(present.pid) ? takeStartLock(folder.lock) : null;
    if (unlock !== null)
      try {
        if (!clusterExists(folder)) await createCluster(folder, binaries, identity, durable);
        assertReadable(folder, binaries);
        const wanted = fixedPort ?? lastPort(folder.port) ?? (await freePort());
        const started = await start(site, wanted);
        if (typeof started === 'object') return started;
        if (started === 'port-taken' && fixedPort === null && Date.now() - begun > PORT_PATIENCE_MS) {
          site.log(`port ${wanted} is taken by another program; choosing another`);
          rmSync(folder.port, { force: true });
        }
      } finally {
        unlock();
      }
    if (Date.now() - begun > START_TIMEOUT_MS)
      throw new Error(`The embedded PostgreSQL in ${folder.root} neither answers nor starts.`);
    await sleep(POLL_MS * (0.5 + Math.random()), undefined, { ref: patient, signal });
  }
}

/** Whether the server is still there, by the cheapest means. */
function isThere(site: Site, { server }: Running): boolean {
  if (server !== null) return !server.hasEnded();
  const found = readPostmaster(site.folder.data);
  return found !== null && found.ready && isServer(found.pid);
}

/**
 * Starts the PostgreSQL of `home`, or attaches to the one that another process has started there. The server ends with
 * the process that started it, however that one ends; then each process still attached tries to start it again, on
 * the same port, and one succeeds: pools reconnect by themselves after a second or so.
 * @throws Error whose message says what to do, when the platform has no binaries or the server does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { home, durable = true, settings = {}, log = () => undefined } = options;
  const folder = placeCluster(home);
  const identity = serverIdentity(folder.data);
  const binaries = await prepareBinaries(folder.parent, identity);
  const site: Site = { folder, binaries, identity, durable, settings, log };

  const stopping = new AbortController();
  let running = await acquire(site, null, true, stopping.signal);
  const { port } = running;
  const credentials = readCredentials(folder.credentials);

  let watch: NodeJS.Timeout | undefined;
  let takeover: Promise<void> = Promise.resolve();
  let looks = 0;
  let reported = false;

  async function look(): Promise<void> {
    looks += 1;
    const knock = running.server === null && looks % KNOCK_EVERY === 0;
    if (isThere(site, running) && !(knock && (await isFree(port)))) return;
    try {
      running = await acquire(site, port, false, stopping.signal);
      log(
        running.server === null ? 'attached to the server again' : `started the server again on port ${port}`,
      );
      if (running.port !== port) log(`the server now runs on port ${running.port}; restart to follow it`);
      reported = false;
    } catch (error) {
      if (!reported && !stopping.signal.aborted) log(`cannot start the server again: ${String(error)}`);
      reported = true;
    }
  }

  function watchOn(): void {
    watch = setTimeout(() => {
      takeover = look().finally(() => {
        if (!stopping.signal.aborted) watchOn();
      });
    }, WATCH_MS).unref();
  }
  watchOn();

  const letGo = (): void => {
    stopping.abort();
    clearTimeout(watch);
  };
  return {
    get attached() {
      return running.server === null;
    },
    port,
    ownerUrl: urlOf(credentials, OWNER, port),
    applicationUrl: urlOf(credentials, APPLICATION, port),
    superuserUrl: urlOf(credentials, SUPERUSER, port),
    async stop() {
      letGo();
      await takeover;
      await running.server?.stop();
    },
    stopNow() {
      letGo();
      running.server?.stopNow();
    },
  };
}
