import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import type { Umzug } from 'umzug';
import { ConfigurationError } from '../config/configuration-error.js';
import { grantApplicationRights, grantsAreCurrent, type Run } from './grants.js';
import { MIGRATIONS_FOLDER, SEEDERS_FOLDER, stepFiles } from './migration-files.js';
import { inOneTransaction, withOwnConnection } from './migration-session.js';

/** One kind of step: its files and the table in which sequelize-cli and we note those that were run. */
type Track = Readonly<{ table: 'SequelizeMeta' | 'SequelizeData'; folder: string }>;

export type MigrationOptions = Readonly<{
  /** The owner's connection. */
  url: string;
  /** `migrations/` or `seeders/` of the package unless a test brings its own. */
  folder?: string;
  /** How long a database that is away is waited for. */
  patienceMs?: number;
}>;

export type StepState = Readonly<{
  name: string;
  /** unknown: was run, but its file is not here; a newer version of Praxis has been at work. */
  state: 'applied' | 'pending' | 'unknown';
}>;

const PATIENCE_MS = 5_000;

const migrations = ({ folder = MIGRATIONS_FOLDER }: MigrationOptions): Track => ({
  table: 'SequelizeMeta',
  folder,
});
const seeders = ({ folder = SEEDERS_FOLDER }: MigrationOptions): Track => ({
  table: 'SequelizeData',
  folder,
});

/** Loaded when there are steps to run: a start that finds none should not pay for it (about 100 ms and 5 MB). */
async function runner(sequelize: Sequelize, { table, folder }: Track): Promise<Umzug<QueryInterface>> {
  const umzug = await import('umzug');
  return new umzug.Umzug({
    migrations: stepFiles(folder).map(({ name, load }) => ({
      name,
      up: ({ context }) => load().up(context, Sequelize),
      down: ({ context }) => load().down(context, Sequelize),
    })),
    context: sequelize.getQueryInterface(),
    storage: new umzug.SequelizeStorage({ sequelize, modelName: table, tableName: table }),
    logger: undefined,
  });
}

async function recorded(sequelize: Sequelize, table: Track['table']): Promise<ReadonlySet<string>> {
  const [found] = await sequelize.query<{ there: boolean }>(
    `SELECT to_regclass('"${table}"') IS NOT NULL AS there`,
    {
      type: QueryTypes.SELECT,
    },
  );
  if (found?.there !== true) return new Set();
  const rows = await sequelize.query<{ name: string }>(`SELECT name FROM "${table}"`, {
    type: QueryTypes.SELECT,
  });
  return new Set(rows.map(({ name }) => name));
}

type Comparison = Readonly<{ pending: readonly string[]; unknown: readonly string[] }>;

/** Files that have not been run, and steps that were run by a version that has files we do not have. */
async function compare(sequelize: Sequelize, { table, folder }: Track): Promise<Comparison> {
  const run = await recorded(sequelize, table);
  const files = new Set(stepFiles(folder).map(({ name }) => name));
  return {
    pending: [...files].filter((name) => !run.has(name)),
    unknown: [...run].filter((name) => !files.has(name)).sort(),
  };
}

/** A schema of a newer version may hold what this one would overlook or break. */
function assertKnown({ unknown }: Comparison): void {
  if (unknown.length === 0) return;
  throw new ConfigurationError([
    {
      name: 'the schema',
      problem: `is newer than this build, which does not know ${unknown.join(', ')}`,
      remedy: 'run the version that made it, or a newer one',
    },
  ]);
}

const assertMigrationsKnown = async (sequelize: Sequelize, track: Track): Promise<void> => {
  assertKnown(await compare(sequelize, track));
};

const runOn =
  (sequelize: Sequelize): Run =>
  (sql, values = []) =>
    sequelize.query(sql, { bind: [...values], type: QueryTypes.SELECT });

const names = (steps: readonly { name: string }[]): string[] => steps.map(({ name }) => name);

const connected = <Result>(
  { url, patienceMs = PATIENCE_MS }: MigrationOptions,
  work: (sequelize: Sequelize) => Promise<Result>,
): Promise<Result> => withOwnConnection(url, patienceMs, work);

/**
 * Runs every pending migration in one transaction, under a lock that any number of starting processes share: a kill at
 * any moment leaves the old schema or the new one, whole. Where nothing is pending, nothing is locked.
 * @param options.applicationRole is given the application's rights afterwards, unless it is the owner itself
 * @throws MigrationError of umzug, with PostgreSQL's error as its cause
 * @throws ConfigurationError when migrations have been run that this build does not know
 */
export const migrate = (
  options: MigrationOptions & { applicationRole?: string },
): Promise<{ applied: string[] }> =>
  connected(options, async (sequelize) => {
    const { applicationRole } = options;
    const track = migrations(options);
    const granted = async () =>
      applicationRole === undefined || (await grantsAreCurrent(runOn(sequelize), applicationRole));
    const before = await compare(sequelize, track);
    assertKnown(before);
    if (before.pending.length === 0 && (await granted())) return { applied: [] };
    return inOneTransaction(sequelize, async () => {
      await assertMigrationsKnown(sequelize, track);
      const applied = names(await (await runner(sequelize, track)).up());
      if (applicationRole !== undefined) await grantApplicationRights(runOn(sequelize), applicationRole);
      return { applied };
    });
  });

/** Whether `applicationRole` has exactly the rights that `migrate` gives it. */
export const rightsAreCurrent = (options: MigrationOptions & { applicationRole: string }): Promise<boolean> =>
  connected(options, (sequelize) => grantsAreCurrent(runOn(sequelize), options.applicationRole));

/**
 * Reverts the last migration; with `to` also those before it down to that one, or `all`. In one transaction.
 * @throws ConfigurationError when a newer version's migrations lie on top, which have to be reverted first
 */
export const undo = (options: MigrationOptions & { to?: string }): Promise<{ reverted: string[] }> =>
  connected(options, (sequelize) =>
    inOneTransaction(sequelize, async () => {
      const { to } = options;
      await assertMigrationsKnown(sequelize, migrations(options));
      const umzug = await runner(sequelize, migrations(options));
      if (to === 'all') return { reverted: names(await umzug.down({ to: 0 })) };
      return { reverted: names(await umzug.down(to === undefined ? {} : { to })) };
    }),
  );

/** Every migration there is a file or a record of, in the order of their names. */
export const status = (options: MigrationOptions): Promise<StepState[]> =>
  connected(options, async (sequelize) => {
    const { table, folder } = migrations(options);
    const run = await recorded(sequelize, table);
    const files = new Set(names(stepFiles(folder)));
    return [...new Set([...files, ...run])].sort().map((name) => ({
      name,
      state: !run.has(name) ? 'pending' : files.has(name) ? 'applied' : 'unknown',
    }));
  });

/** Whether exactly this version's migrations have been run: none is missing, and no newer version's are there. */
export async function schemaIsCurrent(sequelize: Sequelize): Promise<boolean> {
  const { pending, unknown } = await compare(sequelize, migrations({ url: '' }));
  return pending.length === 0 && unknown.length === 0;
}

/** Runs the seeders that have not been run, in one transaction. */
export const seed = (options: MigrationOptions): Promise<{ applied: string[] }> =>
  connected(options, (sequelize) =>
    inOneTransaction(sequelize, async () => ({
      applied: names(await (await runner(sequelize, seeders(options))).up()),
    })),
  );

/** Deletes the rows of the seeders, in one transaction. */
export const undoSeeds = (options: MigrationOptions): Promise<{ reverted: string[] }> =>
  connected(options, (sequelize) =>
    inOneTransaction(sequelize, async () => ({
      reverted: names(await (await runner(sequelize, seeders(options))).down({ to: 0 })),
    })),
  );
