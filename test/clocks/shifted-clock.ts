import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Moment } from './moments.js';

/** The paths of libfaketime on Debian, Fedora, Alpine and Homebrew. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib64/faketime/libfaketime.so.1',
  '/usr/lib/faketime/libfaketime.so.1',
  '/opt/homebrew/lib/faketime/libfaketime.1.dylib',
];

/** Passes the environment on to children that are started with an environment of their own. */
const PASS_ON = fileURLToPath(new URL('pass-on-clock.cjs', import.meta.url));

const SECOND_MS = 1_000;

/** Returns the path of libfaketime. Throws an Error with installation hints when it is missing. */
export function findLibrary(): string {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library === undefined) throw new Error('libfaketime is missing; on Debian: apt-get install faketime');
  return library;
}

function offsetTo(at: string): string {
  const offset = Math.round((Date.parse(at) - Date.now()) / SECOND_MS);
  return `${offset < 0 ? '' : '+'}${offset}`;
}

/**
 * How a shell is run at `at`. The `faketime` program holds the semaphore of all its descendants; without it a subshell
 * that ends removes the semaphore of its parent, and commands of a pipe fail at random.
 */
export const shellAt = ({ at, timeZone }: Moment): Readonly<{ under: string[]; env: NodeJS.ProcessEnv }> => ({
  under: ['faketime', '-f', offsetTo(at)],
  env: { PATH: process.env['PATH'], FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: timeZone },
});

/**
 * The environment in which a process and all its children, PostgreSQL included, see `at` as the present. An offset rather
 * than an absolute time, because each process would begin an absolute time anew. The monotonic clock stays true: timeouts
 * of Node and PostgreSQL go by it.
 */
export function shiftedTo({ at, timeZone }: Moment, library: string): Readonly<Record<string, string>> {
  return {
    [process.platform === 'darwin' ? 'DYLD_INSERT_LIBRARIES' : 'LD_PRELOAD']: library,
    FAKETIME: offsetTo(at),
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NODE_OPTIONS: `--require ${PASS_ON}`,
    TZ: timeZone,
  };
}
