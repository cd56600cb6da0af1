import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PasswordStrength } from '../application/ports.js';

const require = createRequire(import.meta.url);
/** Imports single files: the package's entry point would load all dictionaries into memory. */
const PASSWORDS = '@zxcvbn-ts/language-common/src/passwords.json';
const KEYBOARDS = '@zxcvbn-ts/language-common/src/adjacencyGraphs.json';

/** Only the first characters are rated, which bounds an estimate to some milliseconds. */
const MAX_LENGTH = 32;

/** Passwords published with the demo practice, and the product name. */
const PUBLISHED = ['praxis-demo-2026', 'praxis'];

type Estimate = (password: string, words: readonly string[]) => number;

async function readJson<Content>(file: string): Promise<Content> {
  return JSON.parse(await readFile(require.resolve(file), 'utf8')) as Content;
}

async function makeEstimate(known: readonly string[]): Promise<Estimate> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const [passwords, graphs] = await Promise.all([
    readJson<string[]>(PASSWORDS),
    readJson<Record<string, Record<string, (string | null)[]>>>(KEYBOARDS),
  ]);
  const zxcvbn = new ZxcvbnFactory({ dictionary: { passwords }, graphs, maxLength: MAX_LENGTH });
  return (password, words) => zxcvbn.check(password, [...known, ...words]).guesses;
}

/** The words of the practice that an attacker tries first: the sender name and the host of the links in mails. */
const wordsOf = ({ from, publicUrl }: Readonly<{ from: string; publicUrl: string }>): string[] =>
  [from.replace(/<.*$/, ''), new URL(publicUrl).hostname].flatMap((text) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return [...words, words.join(''), words.join(' ')].filter((word) => word.length > 2);
  });

/** zxcvbn's estimate (Wheeler 2016), loaded at the first call: 6 MB of heap, 1 to 40 ms a password. */
export const makePasswordStrength = ({
  config,
  publicUrl,
}: {
  config: Readonly<{ mail: Readonly<{ from: string }> }>;
  publicUrl: string;
}): PasswordStrength => {
  let loading: Promise<Estimate> | undefined;
  return {
    async load() {
      loading ??= makeEstimate([...PUBLISHED, ...wordsOf({ from: config.mail.from, publicUrl })]);
      try {
        return await loading;
      } catch (error) {
        loading = undefined; // a passing fault (no file handle left) must not stay
        throw error;
      }
    },
  };
};
