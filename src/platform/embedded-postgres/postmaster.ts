import { readFileSync, statSync } from 'node:fs';
import { folderHolders, isAlive, worksIn } from './processes.js';

/**
 * What a running server says of itself in `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h):
 * line 1 the process, line 4 the port, line 5 the folder of its socket, line 8 the status.
 */
export type Postmaster = Readonly<{ pid: number; port: number | null; hasSocket: boolean; ready: boolean }>;

export const postmasterFile = (data: string): string => `${data}/postmaster.pid`;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** A server writes its entry at once; a file that is still without one after this was left by a power cut. */
const UNWRITTEN_FOR_MS = 5_000;

/** The entry in `data`, whether its process lives or not; null when there is none that can be read. */
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
 * The entry of a server that runs on `data` itself; null when its process is gone, is another program, or is the server
 * of another folder: the number was given away again, or the file came with a copy of that other folder.
 */
export function runningPostmaster(data: string): Postmaster | null {
  const found = readPostmaster(data);
  return found !== null && worksIn(found.pid, data, 'postgres') ? found : null;
}

/** Whether the file in `data` has stood there without a readable entry for longer than a start needs to write it. */
function isAbandoned(data: string): boolean {
  try {
    return Date.now() - statSync(postmasterFile(data)).mtimeMs > UNWRITTEN_FOR_MS;
  } catch {
    return true;
  }
}

/**
 * Whether a server, or what is left of one, still works in `data`. Where the system does not tell who works there, the
 * entry in `postmaster.pid` and its age decide.
 */
export function isHeld(data: string): boolean {
  const holders = folderHolders(data, 'postgres');
  if (holders !== null) return holders.length > 0;
  const found = readPostmaster(data);
  return found === null ? !isAbandoned(data) : isAlive(found.pid) && worksIn(found.pid, data, 'postgres');
}
