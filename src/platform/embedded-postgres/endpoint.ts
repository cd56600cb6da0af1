import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ClusterFolder } from './folder.js';
import type { Identity } from './identity.js';
import type { Postmaster } from './postmaster.js';

/** The address of a server: a Unix socket in a private folder, or a TCP port of 127.0.0.1. */
export type Endpoint = Readonly<{ socketFolder: string | null; port: number }>;

/** Part of the name of the socket; each cluster has its own folder. */
const SOCKET_PORT = 5_432;

/** `sun_path` without its last byte, in bytes: 108 on Linux, 104 on macOS. */
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;

const socketFile = (socketFolder: string, port: number): string =>
  path.join(socketFolder, `.s.PGSQL.${port}`);

/** The socket of the cluster; null on Windows and when its path is too long for the system. */
export function socketEndpoint(folder: ClusterFolder): Endpoint | null {
  if (process.platform === 'win32') return null;
  if (Buffer.byteLength(socketFile(folder.socket, SOCKET_PORT)) > LONGEST_SOCKET_PATH) return null;
  return { socketFolder: folder.socket, port: SOCKET_PORT };
}

/** The endpoint of the running server of `folder`, from its `postmaster.pid`. */
export const endpointOf = (folder: ClusterFolder, { port, hasSocket }: Postmaster): Endpoint | null =>
  port === null ? null : { socketFolder: hasSocket ? folder.socket : null, port };

/** The lock file of a socket. A killed server leaves it, and PostgreSQL does not start while its PID is alive. */
export const socketLeftovers = ({ socketFolder, port }: Endpoint): readonly string[] =>
  socketFolder === null ? [] : [socketFile(socketFolder, port), `${socketFile(socketFolder, port)}.lock`];

/** Creates the folder of the socket, which only the user of the server (and root) can enter. */
export function prepareSocketFolder(socketFolder: string, identity: Identity): void {
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  if (!lstatSync(socketFolder).isDirectory()) throw new Error(`${socketFolder} is not a folder; remove it.`);
  chmodSync(socketFolder, 0o700);
  if (identity !== null) chownSync(socketFolder, identity.uid, identity.gid);
}
