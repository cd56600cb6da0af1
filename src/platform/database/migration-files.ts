import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryInterface, Sequelize } from 'sequelize';

/** One file of `migrations/` or `seeders/`, in the form sequelize-cli runs too. */
export type Step = Readonly<{
  up(queryInterface: QueryInterface, library: typeof Sequelize): Promise<unknown>;
  down(queryInterface: QueryInterface, library: typeof Sequelize): Promise<unknown>;
}>;

export type StepFile = Readonly<{ name: string; load(): Step }>;

/** The same distance from `src/platform/database` and from `dist/platform/database`. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const MIGRATIONS_FOLDER = path.join(PACKAGE_ROOT, 'migrations');
export const SEEDERS_FOLDER = path.join(PACKAGE_ROOT, 'seeders');

const require = createRequire(import.meta.url);

/** The steps of `folder` in the order they run: by name, which begins with a time stamp. */
export const stepFiles = (folder: string): StepFile[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cjs'))
    .sort()
    .map((name) => ({ name, load: () => require(path.join(folder, name)) as Step }));
