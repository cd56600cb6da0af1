import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that is being measured. */
export type Measured = Readonly<{
  url: string;
  pid: number;
  /** The time from the start of the process until it printed its address. */
  startedInMs: number;
  stop(): Promise<void>;
}>;

const START_WITHIN_MS = 60_000;

/** Starts a server whose log goes to `logFile`, and waits until the log contains its address. */
export async function start(
  args: readonly string[],
  { env, logFile, cwd }: Readonly<{ env: Readonly<Record<string, string>>; logFile: string; cwd: string }>,
): Promise<Measured> {
  const log = openSync(logFile, 'w');
  const begunMs = performance.now();
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log, log],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (;;) {
    const printed = readFileSync(logFile, 'utf8');
    const url = /(?:listening|ready) on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
    if (url !== undefined)
      return {
        url,
        pid: child.pid!,
        startedInMs: performance.now() - begunMs,
        async stop() {
          child.kill('SIGTERM');
          await ended;
          process.off('exit', kill);
        },
      };
    if (child.exitCode !== null || performance.now() - begunMs > START_WITHIN_MS)
      throw new Error(`the server did not start:\n${printed}`);
    await sleep(5);
  }
}

const CLOCK_TICK_US = 10_000;

type Stat = Readonly<{ parent: number; cpuUs: number }>;

/**
 * Fields 4, 14 and 15 of proc(5), counted after the name, because it may contain spaces. Undefined when the process has
 * ended.
 */
function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuUs: (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_US };
  } catch {
    return undefined;
  }
}

/** CPU that a process and the children it has now have used so far, by process. */
export function cpuOf(pid: number): ReadonlyMap<number, number> {
  const used = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const candidate = Number(name);
    const stat = Number.isInteger(candidate) ? statOf(candidate) : undefined;
    if (stat !== undefined && (candidate === pid || stat.parent === pid)) used.set(candidate, stat.cpuUs);
  }
  return used;
}

/** The CPU used between the two readings; of a new process, all of it. */
export const cpuBetween = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number =>
  [...after].reduce((sum, [pid, cpuUs]) => sum + cpuUs - (before.get(pid) ?? 0), 0);

/** Resident memory of a process and its children in MiB. */
export function residentMiB(pid: number): number {
  const kibOf = (one: number): number => {
    const status = readFileSync(`/proc/${one}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  };
  return Math.round([...cpuOf(pid).keys()].reduce((sum, one) => sum + kibOf(one), 0) / 1_024);
}
