import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hasCode } from '../error-code.js';
import { isAlive, startOf } from './processes.js';

/** Longer than any start. An older lock is stale on systems that do not show when its holder started. */
const STALE_AFTER_MS = 60_000;
/** A lock is written right after its creation, so an older empty one comes from a power cut. */
const EMPTY_FOR_MS = 2_000;

/** This process and its start time, because a PID can be reused. */
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
 * Lets one process at a time create or start the cluster, to avoid duplicate work. It is not needed for correctness: the
 * rename that publishes a new cluster and PostgreSQL's `postmaster.pid` exclude two servers, so two processes may take
 * over a stale lock.
 * @returns the function that releases the lock, or null while another process holds it
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
