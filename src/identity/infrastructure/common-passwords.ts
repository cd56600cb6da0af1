import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { CommonPasswords } from '../application/ports.js';
import { normalisePassword } from '../domain/password.js';

/** The plain list, not the package's entry point: that one unpacks all its dictionaries and keeps them in memory. */
const LIST = '@zxcvbn-ts/language-common/src/passwords.json';
const MIN_LENGTH = 8; // shorter ones are refused anyway

async function readList(): Promise<ReadonlySet<string>> {
  const file = createRequire(import.meta.url).resolve(LIST);
  const passwords = JSON.parse(await readFile(file, 'utf8')) as string[];
  return new Set(
    passwords
      .filter((password) => password.length >= MIN_LENGTH)
      .map((password) => normalisePassword(password).toLowerCase()),
  );
}

/** About 18,000 passwords seen most often in leaks, read when the first password is chosen (1 MB of heap). */
export const makeCommonPasswords = (): CommonPasswords => {
  let loading: Promise<ReadonlySet<string>> | undefined;
  return {
    async load() {
      loading ??= readList();
      try {
        const list = await loading;
        return (lowerCased) => list.has(lowerCased);
      } catch (error) {
        loading = undefined; // a passing fault (no file handle left) must not stay
        throw error;
      }
    },
  };
};
