import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

export type Outcome = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** A process that a test started. */
export type Running = Readonly<{
  child: ChildProcess;
  /** The first line on standard output; rejects with standard error when the process ends without one. */
  firstLine: Promise<string>;
  outcome: Promise<Outcome>;
}>;

export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(program, [...args], { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const outcome = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const firstLine = new Promise<string>((resolve, reject) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    void outcome.then(() => {
      reject(new Error(`${program} ended without output: ${stderr}`));
    });
  });
  firstLine.catch(() => undefined);
  return { child, firstLine, outcome };
}

/** Runs a TypeScript file of the tests in a Node of its own. */
export const runScript = (file: string, args: readonly string[], options: SpawnOptions = {}): Running =>
  run(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL(`../${file}`, import.meta.url)), ...args],
    options,
  );

/** Waits until `holds`, looking every 20 ms. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 90_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}
