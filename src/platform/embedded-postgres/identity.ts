import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** The user of a server process; null: the user of this process. PostgreSQL does not run as root. */
export type Identity = Readonly<{ uid: number; gid: number }> | null;

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

const numberOf = (flag: '-u' | '-g', user: string): number | null => {
  const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  const id = Number.parseInt(stdout, 10);
  return status === 0 && id > 0 ? id : null;
};

/**
 * For root: the owner of `dataDirectory`, or an unprivileged system user when it does not exist yet. For other users: null.
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

/** Whether `identity` can traverse all folders above `directory`. */
export function canEnter(identity: Identity, directory: string): boolean {
  if (identity === null) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...identity, cwd: '/' }).status === 0;
}

/** The working directory of a process for itself; Linux opens it without traversing the folders above. */
const OWN_PLACE = '/proc/self/cwd';

/**
 * The path of the data directory for `identity`, which is started in it. Below a private folder (such as root's home) the
 * real path is not accessible, so it is the working directory.
 * @throws Error on systems without a path for the working directory
 */
export function nameOf(data: string, identity: Identity): string {
  if (canEnter(identity, data)) return data;
  if (existsSync(OWN_PLACE)) return OWN_PLACE;
  throw new Error(
    `The user PostgreSQL runs as cannot reach ${data}. ` +
      'Set PRAXIS_HOME to a folder that every user may pass through, or set DATABASE_URL.',
  );
}
