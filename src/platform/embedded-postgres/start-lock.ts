import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hasCode } from '../error-code.js';
import { isAlive, startOf } from './processes.js';

/** No start takes this long; a lock older than this is nobody's, where the system does not say when its holder started. */
const STALE_AFTER_MS = 60_000;
/** A lock is written right after it is made; one that stays empty was left by a power cut. */
const EMPTY_FOR_MS = 2_000;

/** Our process and its start: a number alone may be another process's by now. */
const signature = (): string => `${process.pid} ${startOf(process.pid) ?? ''}`;

function isStale(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    const ageMs = Date.now() - statSync(file).mtimeMs;
    const holder = Number.parseInt(text, 10);
    if (!Number.isInteger(holder)) return ageMs > EMPTY_FOR_MS;
    if (ageMs > STALE_AFTER_MS || !isAlive(holder)) return true;
    const start = text.slice(String(holder).length).trim();
    const found = startOf(holder);
    return start !== '' && found !== null && start !== found;
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
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return null;
    throw error;
  }
  try {
    writeSync(handle, signature());
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return () => {
    rmSync(file, { force: true });
  };
}
