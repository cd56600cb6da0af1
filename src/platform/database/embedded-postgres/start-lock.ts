import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { isAlive } from './postmaster.js';

/** No start takes this long; a lock older than this was left behind by a process whose number lives on as another. */
const STALE_AFTER_MS = 60_000;

function isStale(file: string): boolean {
  try {
    const holder = Number.parseInt(readFileSync(file, 'utf8'), 10);
    const ageMs = Date.now() - statSync(file).mtimeMs;
    if (ageMs > STALE_AFTER_MS) return true;
    // A file without a number has just been made and not yet written.
    return Number.isInteger(holder) && !isAlive(holder);
  } catch {
    return false;
  }
}

/**
 * Lets one process at a time make or start the cluster, so that the others need not do the same work for nothing.
 * It only saves work. What keeps two starts apart for certain is the rename that publishes a new cluster and
 * PostgreSQL's own `postmaster.pid`, so taking over a stale lock twice does no harm.
 * @returns the function that gives the lock back, or null while somebody else holds it
 */
export function takeStartLock(file: string): (() => void) | null {
  if (isStale(file)) rmSync(file, { force: true });
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
  return () => {
    rmSync(file, { force: true });
  };
}
