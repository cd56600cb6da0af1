import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** The user a server process runs as; null is whoever runs this process. PostgreSQL refuses to run as root. */
export type Identity = Readonly<{ uid: number; gid: number }> | null;

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

const numberOf = (flag: '-u' | '-g', user: string): number | null => {
  const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  const id = Number.parseInt(stdout, 10);
  return status === 0 && id > 0 ? id : null;
};

/**
 * Root drops to whoever owns `dataDirectory`, or to an unprivileged user of the system where there is none yet;
 * anybody else stays who they are.
 */
export function serverIdentity(dataDirectory: string): Identity {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const user of CANDIDATES) {
    const uid = numberOf('-u', user);
    const gid = numberOf('-g', user);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL does not run as root, and this system has none of the users ${CANDIDATES.join(', ')}. ` +
      'Run as another user or set DATABASE_URL.',
  );
}

/** Whether `identity` can reach `directory`: every folder above it must let it pass. */
export function canEnter(identity: Identity, directory: string): boolean {
  if (identity === null) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...identity, cwd: '/' }).status === 0;
}

/** Where a process is, seen by itself: Linux goes there straight and asks none of the folders above. */
const OWN_PLACE = '/proc/self/cwd';

/**
 * How `identity` is to name the data directory it is started in. Below a folder that is closed to it (root's home, a
 * temporary folder of root's) its path is of no use to it; then it is the place where it finds itself.
 * @throws Error where the system has no such name
 */
export function nameOf(data: string, identity: Identity): string {
  if (canEnter(identity, data)) return data;
  if (existsSync(OWN_PLACE)) return OWN_PLACE;
  throw new Error(
    `The user PostgreSQL runs as cannot reach ${data}. ` +
      'Set PRAXIS_HOME to a folder that every user may pass through, or set DATABASE_URL.',
  );
}
