import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Identity } from './identity.js';

const LOG_TAIL_CHARACTERS = 8_192;
const LAST_WORDS_MS = 100;

/**
 * A shell runs the program. Its file descriptor 3 is a pipe to this process, which the system closes when this process
 * ends, also by SIGKILL; then a background reader interrupts the program. The reader ends with the program, so that it
 * cannot interrupt another process with the same PID. Signals to our process group do not reach the program (`detached`),
 * and the shell ignores its own, so that only this process stops the database. Standard input is file descriptor 4,
 * because a shell connects background programs to /dev/null.
 */
const GUARD = `trap '' HUP INT TERM
exec 4<&0
"$@" <&4 3<&- 4<&- &
PROGRAM=$!
exec 4<&-
echo "$PROGRAM" >&3
(read -r _ <&3; kill -INT "$PROGRAM") 2>/dev/null &
READER=$!
exec 3<&-
wait "$PROGRAM"
STATUS=$?
kill -KILL "$READER" 2>/dev/null
exit "$STATUS"`;

export type GuardedProcess = Readonly<{
  /** Settles when the program has ended, with its exit status; null when a signal or a failed start ended it. */
  ended: Promise<number | null>;
  hasEnded(): boolean;
  /** The PID of the program, once it is known. */
  pid(): number | null;
  /** The last few thousand characters it wrote. */
  tail(): string;
  /** Lets this process exit while the program runs; the guard then stops the program. */
  unref(): void;
  /** Breaks the pipe: the guard interrupts the program. */
  release(): void;
}>;

export type Launch = Readonly<{
  program: string;
  arguments: readonly string[];
  identity: Identity;
  /** The working directory of the program. */
  folder: string;
  input?: string;
  log?: ((line: string) => void) | undefined;
}>;

/** The environment of the server: only the variables that a program needs to start. */
const environment = (): NodeJS.ProcessEnv =>
  process.platform === 'win32'
    ? { ...process.env, TZ: 'UTC' }
    : { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

function start({ program, arguments: args, identity, folder }: Launch): ChildProcess {
  // On Windows, children end with Node (libuv uses a job object), so no shell is needed.
  if (process.platform === 'win32')
    return spawn(program, [...args], {
      env: environment(),
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    });
  return spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
    ...identity,
    cwd: folder,
    env: environment(),
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
}

/** Starts a program that ends with this process. Node changes to `folder` before it changes to `identity`. */
export function startGuarded(launch: Launch): GuardedProcess {
  const child = start(launch);
  const pipe = (child.stdio[3] ?? null) as Duplex | null;
  let pid = process.platform === 'win32' ? (child.pid ?? null) : null;
  let tail = '';
  let ended = false;

  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-LOG_TAIL_CHARACTERS);
    if (launch.log !== undefined) for (const line of chunk.split('\n')) if (line !== '') launch.log(line);
  });
  pipe?.on('data', (chunk: Buffer) => {
    pid ??= Number.parseInt(chunk.toString(), 10);
  });
  // The pipes close when the program ends; errors of pending writes do not matter then.
  pipe?.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(launch.input ?? '');

  const end = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      tail += error.message;
      ended = true;
      resolve(null);
    });
    child.once('exit', (status) => {
      ended = true;
      // Waits for its last output; children of a server may keep the pipe open a little longer.
      const patience = setTimeout(finish, LAST_WORDS_MS);
      child.once('close', finish);
      function finish(): void {
        clearTimeout(patience);
        pipe?.destroy();
        resolve(status);
      }
    });
  });

  return {
    ended: end,
    hasEnded: () => ended,
    pid: () => pid,
    tail: () => tail.trim(),
    unref() {
      child.unref();
      for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
    },
    release() {
      pipe?.end();
    },
  };
}
