import { spawn, spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { ClusterFolder } from './folder.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { prepareSocketFolder, type Endpoint } from './endpoint.js';
import { nameOf, type Identity } from './identity.js';
import { readPostmaster } from './postmaster.js';
import { isAlive } from './processes.js';
import { startFailure } from './start-failure.js';

/** A server that this process has started. */
export interface Server {
  hasEnded(): boolean;
  /** The last lines of its log, with the reason of an unexpected end. */
  lastWords(): string;
  /** Fast shutdown (open transactions roll back); settles when the process has ended. */
  stop(): Promise<void>;
  /** As `stop`, for an `exit` handler, which cannot wait asynchronously: blocks until the server has ended. */
  stopNow(): void;
}

export type ServerSettings = Readonly<Record<string, string>>;

type Start = Readonly<{
  folder: ClusterFolder;
  binaries: Binaries;
  identity: Identity;
  endpoint: Endpoint;
  durable: boolean;
  settings: ServerSettings;
  log?: ((line: string) => void) | undefined;
}>;

/** Includes crash recovery, in which PostgreSQL replays its log before it is ready. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 10;

const FIXED: ServerSettings = {
  max_connections: '100',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
};

/** Relative to the data directory, because the user of the server may not be able to traverse the folders above. */
const SOCKET_FOLDER = '../socket';

const listening = ({ socketFolder }: Endpoint): ServerSettings =>
  socketFolder === null
    ? { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
    : { listen_addresses: '', unix_socket_directories: SOCKET_FOLDER, unix_socket_permissions: '0700' };

const MIB = 2 ** 20;
/** PostgreSQL's cache. The usual quarter of the memory is too much on a shared machine. */
const CACHE = { share: 1 / 8, leastMiB: 128, mostMiB: 1_024 };
const cacheMiB = (): number =>
  Math.min(Math.max(Math.floor((totalmem() * CACHE.share) / MIB), CACHE.leastMiB), CACHE.mostMiB);

/** For durable data, so that hot pages are not copied from the system's cache each time. */
const lasting = (): ServerSettings => ({ shared_buffers: `${cacheMiB()}MB` });

/** For tests, whose cluster is deleted: no syncing to disk. */
const VOLATILE: ServerSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const flags = (settings: ServerSettings): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

function controlled(process_: GuardedProcess, { binaries, folder }: Start): Server {
  const windowsStop = ['stop', '-D', folder.data, '-m', 'fast', '-w'];
  const signal = (name: NodeJS.Signals): void => {
    const pid = process_.pid();
    if (pid !== null && !process_.hasEnded() && isAlive(pid)) process.kill(pid, name);
  };
  return {
    hasEnded: () => process_.hasEnded(),
    lastWords: () => process_.tail(),
    async stop() {
      if (process_.hasEnded()) return;
      // Windows has no signal for a clean shutdown; Node's kill would be a crash.
      if (process.platform === 'win32')
        spawn(binaries.pgCtl, windowsStop, { stdio: 'ignore', windowsHide: true });
      else process_.release();
      const impatience = setTimeout(() => {
        signal('SIGQUIT');
      }, STOP_TIMEOUT_MS);
      await process_.ended;
      clearTimeout(impatience);
    },
    stopNow() {
      if (process_.hasEnded()) return;
      if (process.platform === 'win32') {
        spawnSync(binaries.pgCtl, windowsStop, { stdio: 'ignore', windowsHide: true });
        return;
      }
      signal('SIGINT');
      const pid = process_.pid();
      for (let waitedMs = 0; pid !== null && isAlive(pid) && waitedMs < STOP_TIMEOUT_MS; waitedMs += POLL_MS)
        pause(POLL_MS);
    },
  };
}

/**
 * Starts the server of an existing cluster and waits until it accepts connections.
 * @returns the server; `elsewhere` when another process has just started one on the same cluster; `port-taken` when the
 *   port is in use
 * @throws Error with the last output of the server when it does not start
 */
export async function startServer(start: Start): Promise<Server | 'elsewhere' | 'port-taken'> {
  const { folder, binaries, identity, endpoint, durable, settings, log } = start;
  if (endpoint.socketFolder !== null) prepareSocketFolder(endpoint.socketFolder, identity);
  const process_ = startGuarded({
    program: binaries.postgres,
    arguments: [
      '-D',
      nameOf(folder.data, identity),
      '-p',
      String(endpoint.port),
      ...flags({ ...FIXED, ...listening(endpoint), ...(durable ? lasting() : VOLATILE), ...settings }),
    ],
    identity,
    folder: folder.data,
    log,
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!process_.hasEnded() && Date.now() < deadline) {
    const postmaster = readPostmaster(folder.data);
    if (postmaster?.ready === true && postmaster.pid === process_.pid()) {
      process_.unref();
      return controlled(process_, start);
    }
    await sleep(POLL_MS);
  }
  if (!process_.hasEnded()) process_.release();
  await process_.ended;
  if (/postmaster\.pid" already exists|pre-existing shared memory block/.test(process_.tail()))
    return 'elsewhere';
  if (/could not bind|could not create any TCP\/IP sockets/.test(process_.tail())) return 'port-taken';
  throw startFailure(folder.data, 'postgres', process_.tail());
}
