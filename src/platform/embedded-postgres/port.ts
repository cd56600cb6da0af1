import { randomInt } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import type { ClusterFolder } from './folder.js';

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

/** The data directory itself, which a copy of it is not. */
function identityOf(data: string): string {
  const { dev, ino } = statSync(data);
  return `${dev}:${ino}`;
}

/**
 * The port the cluster had last, so that URLs of other processes stay true over a restart. null in a copy of the cluster:
 * it knows the same passwords, so processes that look for the original could sign in to it there.
 */
export function lastPort({ port: file, data }: ClusterFolder): number | null {
  try {
    const [port = '', owner] = readFileSync(file, 'utf8').trim().split(' ');
    return Number.parseInt(port, 10) > 0 && owner === identityOf(data) ? Number.parseInt(port, 10) : null;
  } catch {
    return null;
  }
}

export function rememberPort(folder: ClusterFolder, port: number): void {
  if (lastPort(folder) === port) return;
  const draft = `${folder.port}.${process.pid}`;
  writeFileSync(draft, `${port} ${identityOf(folder.data)}\n`, { mode: 0o644 });
  renameSync(draft, folder.port);
}
