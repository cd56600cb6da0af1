import { readFileSync, statSync } from 'node:fs';
import { folderHolders, isAlive, worksIn } from './processes.js';

/**
 * The contents of `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h): line 1 the PID, line 4 the port, line 5 the
 * folder of the socket, line 8 the status.
 */
export type Postmaster = Readonly<{ pid: number; port: number | null; hasSocket: boolean; ready: boolean }>;

export const postmasterFile = (data: string): string => `${data}/postmaster.pid`;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** A server writes its entry at once, so an older file without an entry comes from a power cut. */
const UNWRITTEN_FOR_MS = 5_000;

/** The entry in `data`, whether or not its process is alive; null when it is missing or not readable. */
export function readPostmaster(data: string): Postmaster | null {
  let text: string;
  try {
    text = readFileSync(postmasterFile(data), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'EACCES')
      throw new Error(`${data} belongs to another user. Run as that user, or choose another PRAXIS_HOME.`, {
        cause: error,
      });
    throw error;
  }
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const port = Number.parseInt(lines[3] ?? '', 10);
  return {
    pid,
    port: port > 0 ? port : null,
    hasSocket: (lines[4] ?? '').trim() !== '',
    ready: lines[7]?.trim() === 'ready',
  };
}

/**
 * The entry of a server that runs on `data`; null when its process has ended, is another program, or serves another folder:
 * the PID was reused, or the file is part of a copy of that folder.
 */
export function runningPostmaster(data: string): Postmaster | null {
  const found = readPostmaster(data);
  return found !== null && worksIn(found.pid, data, 'postgres') ? found : null;
}

/** Whether the file in `data` has had no readable entry for longer than a start takes to write it. */
function isAbandoned(data: string): boolean {
  try {
    return Date.now() - statSync(postmasterFile(data)).mtimeMs > UNWRITTEN_FOR_MS;
  } catch {
    return true;
  }
}

/**
 * Whether a process of a server works in `data`. On systems that do not show the folders of processes, the entry in
 * `postmaster.pid` and its age decide.
 */
export function isHeld(data: string): boolean {
  const holders = folderHolders(data, 'postgres');
  if (holders !== null) return holders.length > 0;
  const found = readPostmaster(data);
  return found === null ? !isAbandoned(data) : isAlive(found.pid) && worksIn(found.pid, data, 'postgres');
}
