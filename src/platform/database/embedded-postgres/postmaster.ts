import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What a running server says of itself in `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h):
 * line 1 the process, line 4 the port, line 8 the status.
 */
export type Postmaster = Readonly<{ pid: number; port: number | null; ready: boolean }>;

export const postmasterFile = (data: string): string => path.join(data, 'postmaster.pid');

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The entry in `data`, whether its process lives or not; null when there is none. */
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
  return { pid, port: port > 0 ? port : null, ready: lines[7]?.trim() === 'ready' };
}

/** Whether a process of that number lives, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function commandOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (process.platform === 'darwin')
      return spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).stdout.trim() || null;
  } catch {
    // the process ended meanwhile, or the system hides it
  }
  return null;
}

/**
 * Whether `pid` is a live server. After a reboot, or in a container that counts from 1 again, the number in an old
 * file may be some other process, and PostgreSQL would wait for it for ever. Where the system does not tell, yes.
 */
export function isServer(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  return command === null || path.basename(command).startsWith('postgres');
}
