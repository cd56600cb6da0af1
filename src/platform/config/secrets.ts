import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../error-code.js';
import { ConfigurationError } from './configuration-error.js';
import { throwHomeFault } from './home.js';

/** Derives one key for each purpose from AUTH_SECRET. */
export interface Secrets {
  /** 32 bytes, the same for the same label in every process (HKDF-SHA256, RFC 5869). */
  key(label: string): Buffer;
}

/** `authSecret` is at least 32 bytes; see `loadConfig` and `readOrCreateAuthSecret`. */
export function makeSecrets(authSecret: string): Secrets {
  if (Buffer.byteLength(authSecret) < 32) throw new Error('the secret is shorter than 32 bytes');
  const keys = new Map<string, Buffer>();
  return {
    key(label) {
      const known = keys.get(label);
      if (known !== undefined) return known;
      const key = Buffer.from(hkdfSync('sha256', authSecret, '', `praxis ${label}`, 32));
      keys.set(label, key);
      return key;
    },
  };
}

/** The file under PRAXIS_HOME with the generated AUTH_SECRET. */
export const authSecretFile = (home: string): string => join(home, 'auth-secret');

/**
 * Reads the secret in `home`, or creates it (48 random bytes, mode 0600). Processes that start at the same time use the
 * same one: each links its complete file into place, and only the first link succeeds.
 */
export async function readOrCreateAuthSecret(home: string): Promise<string> {
  const file = authSecretFile(home);
  const present = await readIfThere(file);
  if (present !== undefined) return present;
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  const handle = await mkdir(home, { recursive: true, mode: 0o711 })
    .then(() => open(draft, 'wx', 0o600))
    .catch((error: unknown) => throwHomeFault(home, error));
  try {
    await handle.writeFile(`${randomBytes(48).toString('base64url')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  return readFileOrFail(file);
}

async function readFileOrFail(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim();
  if (Buffer.byteLength(secret) < 32)
    throw new ConfigurationError([
      {
        name: 'AUTH_SECRET',
        problem: `in ${file} is ${secret === '' ? 'empty' : 'shorter than 32 bytes'}`,
        remedy: 'restore the file from a backup, or remove it, which signs everybody out',
      },
    ]);
  return secret;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFileOrFail(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
