import { randomInt } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import net from 'node:net';

/**
 * Below the ports that systems hand to outgoing connections (Linux 32768+, others 49152+). A client that keeps
 * trying a closed port of that range can be given the very port it calls, reach itself, and block the server.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });

/** A port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port between ${LOWEST} and ${HIGHEST} is free for the embedded PostgreSQL.`);
}

/** The port the cluster had last, so that URLs of other processes stay true over a restart. */
export function lastPort(file: string): number | null {
  try {
    const port = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return port > 0 ? port : null;
  } catch {
    return null;
  }
}

export function rememberPort(file: string, port: number): void {
  if (lastPort(file) === port) return;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${port}\n`, { mode: 0o644 });
  renameSync(draft, file);
}
