import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { canEnter, serverIdentity, type Identity } from './identity.js';

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
  /** The port the server has had so far. */
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
    port: path.join(root, 'port'),
    lock: path.join(parent, 'postgres.lock'),
  };
};

const OTHERS_MAY_PASS = 0o001;
const OTHERS_MAY_WRITE = 0o022;

function openToPassers(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const { mode, uid } = statSync(directory);
  if (uid === process.getuid?.() && (mode & OTHERS_MAY_PASS) === 0) chmodSync(directory, 0o711);
}

/** A folder of root's that nobody else can have prepared, for a home that lies below a closed one such as /root. */
function systemFolder(home: string): string {
  const base = '/var/lib/praxis';
  const directory = path.join(base, createHash('sha256').update(home).digest('hex').slice(0, 16));
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  for (const folder of [base, directory]) {
    const { mode, uid } = lstatSync(folder);
    if (!lstatSync(folder).isDirectory() || uid !== 0 || (mode & OTHERS_MAY_WRITE) !== 0)
      throw new Error(`${folder} must be a folder that belongs to root and that nobody else can write.`);
  }
  return directory;
}

/**
 * Finds the cluster of `home`, or the place for it, and the user its server runs as.
 * `home` is made if missing, 0711 so that an unprivileged server can pass through it. Where a folder above keeps
 * that user out, the cluster lies in /var/lib/praxis instead.
 * @throws Error when no place can be entered
 */
export function placeCluster(home: string): { folder: ClusterFolder; identity: Identity } {
  const absolute = path.resolve(home);
  openToPassers(absolute);
  const near = within(absolute);
  const identity = serverIdentity(near.data);
  if (existsSync(near.root) || canEnter(identity, absolute)) return { folder: near, identity };
  const far = within(systemFolder(absolute));
  const farIdentity = serverIdentity(far.data);
  if (canEnter(farIdentity, far.parent)) return { folder: far, identity: farIdentity };
  throw new Error(
    `The user PostgreSQL runs as can enter neither ${absolute} nor ${far.parent}. ` +
      'Set PRAXIS_HOME to a folder that every user may pass through, or set DATABASE_URL.',
  );
}
