import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ClusterFolder } from './folder.js';
import type { Identity } from './identity.js';
import type { Postmaster } from './postmaster.js';

/** Where clients find a server: a Unix socket in a folder that is closed to other users, or a TCP port of 127.0.0.1. */
export type Endpoint = Readonly<{ socketFolder: string | null; port: number }>;

/** Part of the socket's name only: each cluster has a folder of its own. */
const SOCKET_PORT = 5_432;

/** `sun_path` without its last byte, in bytes: 108 on Linux, 104 on macOS. */
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;

const socketFile = (socketFolder: string, port: number): string =>
  path.join(socketFolder, `.s.PGSQL.${port}`);

/** The cluster's socket, or null on Windows and where its path is longer than the system takes. */
export function socketEndpoint(folder: ClusterFolder): Endpoint | null {
  if (process.platform === 'win32') return null;
  if (Buffer.byteLength(socketFile(folder.socket, SOCKET_PORT)) > LONGEST_SOCKET_PATH) return null;
  return { socketFolder: folder.socket, port: SOCKET_PORT };
}

/** Where the running server of `folder` listens, in its own words. */
export const endpointOf = (folder: ClusterFolder, { port, hasSocket }: Postmaster): Endpoint | null =>
  port === null ? null : { socketFolder: hasSocket ? folder.socket : null, port };

/** What a server that was killed leaves in the folder of the socket; PostgreSQL minds when its number lives on. */
export const socketLeftovers = ({ socketFolder, port }: Endpoint): readonly string[] =>
  socketFolder === null ? [] : [socketFile(socketFolder, port), `${socketFile(socketFolder, port)}.lock`];

/** Makes the folder of the socket, which only the server's user (and root) can enter. */
export function prepareSocketFolder(socketFolder: string, identity: Identity): void {
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  if (!lstatSync(socketFolder).isDirectory()) throw new Error(`${socketFolder} is not a folder; remove it.`);
  chmodSync(socketFolder, 0o700);
  if (identity !== null) chownSync(socketFolder, identity.uid, identity.gid);
}
