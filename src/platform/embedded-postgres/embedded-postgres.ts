import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient, UntrustedServerError } from '../database/client.js';
import { prepareBinaries, type Binaries } from './binaries.js';
import { assertReadable, clusterExists, createCluster } from './cluster.js';
import { APPLICATION, OWNER, readCredentials, SUPERUSER, urlOf } from './credentials.js';
import { endpointOf, socketEndpoint, socketLeftovers, type Endpoint } from './endpoint.js';
import { placeCluster, type ClusterFolder } from './folder.js';
import { serverIdentity, type Identity } from './identity.js';
import { freePort, isFree, lastPort, rememberPort } from './port.js';
import { isHeld, postmasterFile, readPostmaster, runningPostmaster } from './postmaster.js';
import { isAlive } from './processes.js';
import { startServer, type Server, type ServerSettings } from './server.js';
import { takeStartLock } from './start-lock.js';
import { fileFailure, knownFailure, queryFailure } from './start-failure.js';
import { isUnavailable } from '../database/errors.js';

export type EmbeddedPostgresOptions = Readonly<{
  /** The folder of the cluster and its passwords; created if missing. */
  home: string;
  /** false for tests: data does not survive a crash of the machine. */
  durable?: boolean;
  /** Server parameters, e.g. `{ max_connections: '200' }`, used only while this process owns the server. */
  settings?: ServerSettings;
  /** false: listen on a TCP port of 127.0.0.1 instead of a Unix socket. */
  socket?: boolean;
  /** Receives the lines of the server's log and messages of the launcher. */
  log?: (line: string) => void;
}>;

export interface EmbeddedPostgres {
  /** Whether another process owns the server; false after a takeover. */
  readonly attached: boolean;
  readonly endpoint: Endpoint;
  /** `praxis_owner`, which owns the database and runs the migrations. */
  readonly ownerUrl: string;
  /** `praxis_app`, which owns nothing. */
  readonly applicationUrl: string;
  readonly superuserUrl: string;
  /** The owner shuts the server down and waits for its end; an attached process only stops watching it. */
  stop(): Promise<void>;
  /** As `stop`, for an `exit` handler: blocks until an owned server has ended. */
  stopNow(): void;
  /** The reason why the server ended unexpectedly, if known; otherwise `error`. */
  explain(error: unknown): unknown;
}

const WATCH_MS = 250;
/** The interval of the thorough check, because the PID in `postmaster.pid` may belong to another process by now. */
const LOOK_CLOSER_EVERY = 20;
const POLL_MS = 20;
/** How long a start waits for the previous port of the cluster before it uses another. */
const PORT_PATIENCE_MS = 2_000;
const START_TIMEOUT_MS = 180_000;

type Site = Readonly<{
  folder: ClusterFolder;
  binaries: Binaries;
  identity: Identity;
  durable: boolean;
  settings: ServerSettings;
  socket: boolean;
  log: (line: string) => void;
}>;

/** A server that accepts connections: of this process, or (null) of another one. */
type Running = Readonly<{ pid: number | null; endpoint: Endpoint; server: Server | null }>;

/** Connects once. Too many connections counts as success; a wrong password is an error. */
async function answers(url: string, place: string): Promise<boolean> {
  const client = makeClient(url, { connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '53300') return true;
    if (error instanceof UntrustedServerError) throw error;
    if (isUnavailable(error)) return false;
    throw queryFailure(place, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function attach({ folder }: Site): Promise<Running | null> {
  const found = runningPostmaster(folder.data);
  if (found?.ready !== true) return null;
  const endpoint = endpointOf(folder, found);
  if (endpoint === null) return null;
  const url = urlOf(readCredentials(folder.credentials), APPLICATION, endpoint);
  return (await answers(url, folder.data)) ? { pid: found.pid, endpoint, server: null } : null;
}

/**
 * Deletes the stale `postmaster.pid` of a killed server, a power cut or the original of a copied home. PostgreSQL does not
 * start while the PID in it belongs to another process, or while the file is empty.
 * @returns false while a process of a server still works in the folder
 */
function clearLeftovers({ folder }: Site, endpoint: Endpoint): boolean {
  if (isHeld(folder.data)) return false;
  for (const file of [postmasterFile(folder.data), ...socketLeftovers(endpoint)])
    rmSync(file, { force: true });
  return true;
}

async function start(site: Site, endpoint: Endpoint): Promise<Running | 'elsewhere' | 'port-taken'> {
  const { folder } = site;
  if (endpoint.socketFolder === null && !(await isFree(endpoint.port))) return 'port-taken';
  if (!clearLeftovers(site, endpoint)) return 'elsewhere';
  const server = await startServer({ ...site, endpoint });
  if (typeof server === 'string') return server;
  if (endpoint.socketFolder === null) rememberPort(folder, endpoint.port);
  return { pid: readPostmaster(folder.data)?.pid ?? null, endpoint, server };
}

const chooseEndpoint = async ({ folder, socket }: Site): Promise<Endpoint> =>
  (socket ? socketEndpoint(folder) : null) ?? {
    socketFolder: null,
    port: lastPort(folder) ?? (await freePort()),
  };

/**
 * Attaches to the server of the cluster, or creates and starts it, whichever succeeds first.
 * @param fixed the endpoint that existing pools use, if there are any
 * @param patient whether waiting keeps this process alive
 */
async function acquire(
  site: Site,
  fixed: Endpoint | null,
  patient: boolean,
  signal: AbortSignal,
): Promise<Running> {
  const { folder, binaries, identity, durable } = site;
  const begun = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const attached = await attach(site);
    if (attached !== null) return attached;
    const unlock = runningPostmaster(folder.data) === null ? takeStartLock(folder.lock) : null;
    if (unlock !== null)
      try {
        if (!clusterExists(folder)) await createCluster(folder, binaries, identity, durable);
        assertReadable(folder, binaries);
        const wanted = fixed ?? (await chooseEndpoint(site));
        const started = await start(site, wanted);
        if (typeof started === 'object') return started;
        if (started === 'port-taken' && fixed === null && Date.now() - begun > PORT_PATIENCE_MS) {
          site.log(`port ${wanted.port} is taken by another program; choosing another`);
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

/** Whether the server is running; `closely` compares its data directory as well. */
async function isThere(
  { folder }: Site,
  { pid, endpoint, server }: Running,
  closely: boolean,
): Promise<boolean> {
  if (server !== null) return !server.hasEnded();
  const found = readPostmaster(folder.data);
  if (found?.ready !== true) return false;
  if (found.pid === pid && !closely) return isAlive(pid);
  if (runningPostmaster(folder.data) === null) return false;
  return endpoint.socketFolder !== null || !(await isFree(endpoint.port));
}

/**
 * Starts the PostgreSQL of `home`, or attaches to the one that another process has started there. The server ends with the
 * process that started it, also when that process is killed. Then the attached processes try to start it again on the same
 * port, and one succeeds; pools reconnect after about a second.
 * @throws Error when the platform has no binaries or the server does not start; the message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startIn(options);
  } catch (error) {
    throw fileFailure(options.home, error);
  }
}

async function startIn(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { home, durable = true, settings = {}, socket = true, log = () => undefined } = options;
  const folder = placeCluster(home);
  const identity = serverIdentity(folder.data);
  const binaries = await prepareBinaries(folder.parent, identity);
  const site: Site = { folder, binaries, identity, durable, settings, socket, log };

  const stopping = new AbortController();
  let running = await acquire(site, null, true, stopping.signal);
  const { endpoint } = running;
  const credentials = readCredentials(folder.credentials);

  let watch: NodeJS.Timeout | undefined;
  let takeover: Promise<void> = Promise.resolve();
  let looks = 0;
  let reported = false;
  let ending: string | null = null;

  async function look(): Promise<void> {
    looks += 1;
    if (await isThere(site, running, looks % LOOK_CLOSER_EVERY === 0)) return;
    ending = running.server?.lastWords() ?? ending;
    try {
      running = await acquire(site, endpoint, false, stopping.signal);
      log(running.server === null ? 'attached to the server again' : 'started the server again');
      if (running.endpoint.port !== endpoint.port || running.endpoint.socketFolder !== endpoint.socketFolder)
        log(`the server now listens on port ${running.endpoint.port}; restart to follow it`);
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
    endpoint,
    ownerUrl: urlOf(credentials, OWNER, endpoint),
    applicationUrl: urlOf(credentials, APPLICATION, endpoint),
    superuserUrl: urlOf(credentials, SUPERUSER, endpoint),
    async stop() {
      letGo();
      await takeover;
      await running.server?.stop();
    },
    stopNow() {
      letGo();
      running.server?.stopNow();
    },
    explain(error) {
      const words = running.server?.hasEnded() === true ? running.server.lastWords() : ending;
      const known = words === null ? null : knownFailure(folder.data, words, error);
      return known ?? queryFailure(folder.data, error);
    },
  };
}
