import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** The absolute paths of an embedded cluster. */
export type ClusterFolder = Readonly<{
  /** Contains the cluster, copied binaries and the start lock. */
  parent: string;
  /** The complete cluster, published by one rename. */
  root: string;
  /** PostgreSQL's own data directory, 0700 of the server's user. */
  data: string;
  /** Passwords of the three roles, 0600 of the user who runs Praxis. */
  credentials: string;
  /** Contains the Unix socket of the server; 0700 of the server's user. */
  socket: string;
  /** The last TCP port of a server without a socket. */
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
 * The paths of the cluster in `home`, which is created if missing with mode 0711, so that an unprivileged server user can
 * traverse it.
 */
export function placeCluster(home: string): ClusterFolder {
  const absolute = path.resolve(home);
  mkdirSync(absolute, { recursive: true, mode: 0o711 });
  const { mode, uid } = statSync(absolute);
  if (uid === process.getuid?.() && (mode & OTHERS_MAY_PASS) === 0) chmodSync(absolute, 0o711);
  return within(absolute);
}
