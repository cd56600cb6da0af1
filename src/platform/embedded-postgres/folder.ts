import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Where one embedded cluster lies. All paths are absolute. */
export type ClusterFolder = Readonly<{
  /** Holds the cluster, copied binaries and the start lock. */
  parent: string;
  /** The cluster as a whole: it appears by one rename, complete. */
  root: string;
  /** PostgreSQL's own data directory, 0700 of the server's user. */
  data: string;
  /** Passwords of the three roles, 0600 of the user who runs Praxis. */
  credentials: string;
  /** Holds the server's Unix socket; 0700 of the server's user. */
  socket: string;
  /** The TCP port the server has had so far, where it has no socket. */
  port: string;
  lock: string;
}>;

const within = (parent: string): ClusterFolder => {
  const root = path.join(parent, 'postgres');
  return {
    parent,
    root,
    data: path.join(root, 'data'),
    credentials: path.join(root, 'credentials.json'),
    socket: path.join(root, 'socket'),
    port: path.join(root, 'port'),
    lock: path.join(parent, 'postgres.lock'),
  };
};

const OTHERS_MAY_PASS = 0o001;

/**
 * The place of the cluster of `home`, which is made if missing: 0711, so that the server of an unprivileged user can
 * pass through it.
 */
export function placeCluster(home: string): ClusterFolder {
  const absolute = path.resolve(home);
  mkdirSync(absolute, { recursive: true, mode: 0o711 });
  const { mode, uid } = statSync(absolute);
  if (uid === process.getuid?.() && (mode & OTHERS_MAY_PASS) === 0) chmodSync(absolute, 0o711);
  return within(absolute);
}
