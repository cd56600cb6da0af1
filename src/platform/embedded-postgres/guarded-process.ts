import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Identity } from './identity.js';

const LOG_TAIL_CHARACTERS = 8_192;
const LAST_WORDS_MS = 100;

/**
 * The shell stands between us and the program. Its file 3 is a pipe to us that the system closes however we end,
 * SIGKILL included; then a reader in the background interrupts the program. The reader ends with the program, so
 * that it cannot interrupt a stranger who was given the same number. Signals meant for our process group do not
 * reach the program (`detached`), and the shell ignores those sent to it: we decide when the database goes.
 * Standard input travels as file 4, because a shell gives /dev/null to what runs in the background.
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
  /** The program's own process number, once it is known. */
  pid(): number | null;
  /** The last few thousand characters it wrote. */
  tail(): string;
  /** Lets this process exit while the program runs; the guard then ends the program. */
  unref(): void;
  /** Breaks the pipe: the guard interrupts the program. */
  release(): void;
}>;

export type Launch = Readonly<{
  program: string;
  arguments: readonly string[];
  identity: Identity;
  /** Where the program starts. */
  folder: string;
  input?: string;
  log?: ((line: string) => void) | undefined;
}>;

/** Nothing of our environment reaches the server except what a program cannot start without. */
const environment = (): NodeJS.ProcessEnv =>
  process.platform === 'win32'
    ? { ...process.env, TZ: 'UTC' }
    : { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

function start({ program, arguments: args, identity, folder }: Launch): ChildProcess {
  // On Windows Node's own children end with Node (libuv puts them into a job object), and there is no shell to ask.
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

/** Starts a program that cannot outlive us. Node goes to `folder` before it becomes `identity`. */
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
  // The other ends close when the program ends; what is still being written then is of no interest.
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
      // Its last words are still on the way; a server's own children may hold the pipe open a little longer.
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
