import { randomInt } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import type { ClusterFolder } from './folder.js';

/**
 * Below the ephemeral ports of outgoing connections (Linux 32768+, others 49152+). A client that retries a closed port in
 * that range can get this port as its own, connect to itself, and block the server.
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

/** Finds a free port. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port between ${LOWEST} and ${HIGHEST} is free for the embedded PostgreSQL.`);
}

/** Identifies the data directory, so that a copy of it is recognised. */
function identityOf(data: string): string {
  const { dev, ino } = statSync(data);
  return `${dev}:${ino}`;
}

/**
 * The last port of the cluster, so that URLs of other processes stay valid after a restart. null in a copy of the cluster,
 * because it has the same passwords and clients of the original could sign in to it.
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
