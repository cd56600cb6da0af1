import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

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
