import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, type BigIntStats } from 'node:fs';
import path from 'node:path';

/*
 * A PID alone does not identify a process: after a crash or a reboot, and in containers that count from 1 again, it may belong to
 * another one. These functions compare its program, its working directory and its start time.
 */

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Whether a process with this PID is alive, under any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The output of a program; empty when it is not installed. */
function output(program: string, ...args: readonly string[]): string {
  const { error, stdout } = spawnSync(program, [...args], { encoding: 'utf8' });
  return error === undefined ? stdout.trim() : '';
}

/** The name of the program; null when the system does not show it, or the process has ended. */
function commandOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (process.platform === 'darwin') return output('ps', '-p', String(pid), '-o', 'comm=') || null;
  } catch {
    // the process ended meanwhile, or the system hides it
  }
  return null;
}

const statOf = (file: string): BigIntStats | null => {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return null;
  }
};

const isSameFile = (one: BigIntStats, other: BigIntStats): boolean =>
  one.dev === other.dev && one.ino === other.ino;

/** The working directory of the process by device and inode, because it may have been renamed; null when unknown. */
function workingFolder(pid: number): BigIntStats | null {
  if (process.platform === 'linux') return statOf(`/proc/${pid}/cwd`);
  if (process.platform !== 'darwin') return null;
  const name = /^n(.*)$/m.exec(output('lsof', '-a', '-p', String(pid), '-d', 'cwd', '-Fn'))?.[1];
  return name === undefined ? null : statOf(name);
}

/** Whether a process that hides its folder can work in `folder`: only the owner of PostgreSQL's folder can. */
function mayWorkIn(pid: number, folder: BigIntStats): boolean {
  if (process.platform !== 'linux') return true;
  const owner = statOf(`/proc/${pid}`);
  return owner === null || owner.uid === folder.uid;
}

/** Whether `pid` is a live process of `program` (or of one whose name begins so) that works in `folder`. */
export function worksIn(pid: number, folder: string, program: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  if (command !== null && !path.basename(command).startsWith(program)) return false;
  const wanted = statOf(folder);
  if (wanted === null) return false;
  const found = workingFolder(pid);
  return found === null ? mayWorkIn(pid, wanted) : isSameFile(found, wanted);
}

/** The processes of `program` that work in `folder`; null on systems that do not show it. */
export function folderHolders(folder: string, program: string): readonly number[] | null {
  if (process.platform !== 'linux') return null;
  const wanted = statOf(folder);
  if (wanted === null) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid)?.startsWith(program) === true)
    .filter((pid) => {
      const found = workingFolder(pid);
      return found !== null && isSameFile(found, wanted);
    });
}

/** The start time of the process, which distinguishes it from a later one with the same PID; null when unknown. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Field 22 (proc_pid_stat(5)), counted from the end of field 2, whose name may contain spaces and brackets.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return ticks === undefined ? null : `${boot}/${ticks}`;
    }
    if (process.platform === 'darwin')
      return output('ps', '-p', String(pid), '-o', 'lstart=').replace(/\s+/g, ' ') || null;
  } catch {
    // ended meanwhile
  }
  return null;
}
