import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Test tiers by file name, from the fastest to the slowest. */
export const TIERS = ['unit', 'db', 'http', 'slow'] as const;
export type Tier = (typeof TIERS)[number];

/** `money.test.ts` is a unit test, `money.db.test.ts` needs a database; undefined for any other suffix. */
export function tierOf(file: string): Tier | undefined {
  const suffix = /^[^.]+(?:\.(\w+))?\.test\.ts$/.exec(path.basename(file));
  if (suffix === null) return undefined;
  return TIERS.find((tier) => tier === (suffix[1] ?? 'unit'));
}

/** What opens a database connection, a port or a process: packages, modules of Node, and files of this repository. */
const OPENERS = [
  /^pg$/,
  /^(?:smtp-server|autocannon|playwright-core)$/,
  /^node:(?:child_process|cluster|dgram|http|http2|https|net|tls)$/,
  /^src\/(?:main|cli|container|workers)\.ts$/,
  /^src\/platform\/embedded-postgres\/embedded-postgres\.ts$/,
  /^src\/platform\/database\/(?:client|migrator|sequelize)\.ts$/,
  /^test\/support\/(?:postgres|praxis|processes)\.ts$/,
];

/** Builds the real container without connections; in-memory-container.test.ts proves that it cannot connect. */
const WITHOUT_CONNECTIONS = 'test/support/in-memory-container.ts';

/** Import and export statements that exist at run time; the repository always writes `import type` for types. */
const IMPORTS = /^(?:import|export)\s+(?!type\b)(?:[^';]*\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

export function importedBy(source: string): string[] {
  return [...source.matchAll(IMPORTS)].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}

/** Paths relative to `root`; packages and modules of Node keep their names. */
const resolveImport = (from: string, specifier: string): string =>
  specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts')
    : specifier;

/** The chain of imports from a test file to the first opener, or undefined. Follows imports within `test/` only. */
export function pathToOpener(root: string, file: string): readonly string[] | undefined {
  const visited = new Set<string>();
  const search = (from: string, trail: readonly string[]): readonly string[] | undefined => {
    if (OPENERS.some((opener) => opener.test(from))) return [...trail, from];
    if (visited.has(from) || !from.startsWith('test/') || from === WITHOUT_CONNECTIONS) return undefined;
    visited.add(from);
    const absolute = path.join(root, from);
    if (!existsSync(absolute)) return undefined;
    for (const specifier of importedBy(readFileSync(absolute, 'utf8'))) {
      const found = search(resolveImport(from, specifier), [...trail, from]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(file, []);
}
