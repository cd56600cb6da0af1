import { chmod, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { MINUTE } from '../../kernel/clock.js';
import { hasCode } from '../error-code.js';
import { ConfigurationError } from './configuration-error.js';

/** Modes of PRAXIS_HOME and its secrets. Others may pass through the home, because the embedded PostgreSQL runs as another user. */
const MODES: readonly Readonly<{ name: string; mode: number }>[] = [
  { name: '.', mode: 0o711 },
  { name: 'mail', mode: 0o700 },
  { name: 'auth-secret', mode: 0o600 },
  { name: 'postgres/credentials.json', mode: 0o600 },
];
const PERMISSIONS = 0o777;
/** A draft older than this belongs to a killed process. */
const STALE_MS = MINUTE;

/** A path in `home` with too many permissions. */
export type WideMode = Readonly<{ path: string; found: number; wanted: number }>;

/** Empty on systems without such modes. */
export async function findWideModes(home: string): Promise<readonly WideMode[]> {
  if (process.platform === 'win32') return [];
  const wide: WideMode[] = [];
  for (const { name, mode } of MODES) {
    const path = name === '.' ? home : join(home, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && (found.mode & PERMISSIONS & ~mode) !== 0)
      wide.push({ path, found: found.mode & PERMISSIONS, wanted: mode });
  }
  return wide;
}

/** Throws ConfigurationError when this user may not write into `home`, otherwise `error` itself. */
export function throwHomeFault(home: string, error: unknown): never {
  if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) throw error;
  throw new ConfigurationError([
    {
      name: 'PRAXIS_HOME',
      problem: `cannot be written to: ${home} (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'make it a folder that this user may write',
    },
  ]);
}

/**
 * Creates PRAXIS_HOME, removes excess permissions of it and its secrets, and deletes drafts of secrets from a killed
 * process. Throws ConfigurationError where another user owns a path that has to change.
 */
export async function prepareHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o711 }).catch((error: unknown) => throwHomeFault(home, error));
  for (const { path, found, wanted } of await findWideModes(home)) {
    try {
      await chmod(path, found & wanted);
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EACCES')) throw error;
      throw new ConfigurationError([
        {
          name: 'PRAXIS_HOME',
          problem: `holds ${path}, which other users may use (mode ${found.toString(8)}) and another user owns`,
          remedy: `run chmod ${(found & wanted).toString(8)} ${path} as its owner`,
        },
      ]);
    }
  }
  await removeStaleDrafts(home, /^auth-secret\.[0-9a-f]+\.tmp$/);
}

/** Deletes matching files of `folder` that have not changed for a minute. A missing folder counts as empty. */
export async function removeStaleDrafts(folder: string, pattern: RegExp): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const name of names.filter((each) => pattern.test(each))) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < STALE_MS) continue;
    await unlink(file).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error; // another process removed it first
    });
  }
}
