import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import type { Umzug } from 'umzug';
import { ConfigurationError } from '../config/configuration-error.js';
import { grantApplicationRights, grantsAreCurrent, type Run } from './grants.js';
import { MIGRATIONS_FOLDER, SEEDERS_FOLDER, stepFiles } from './migration-files.js';
import { inOneTransaction, withOwnConnection } from './migration-session.js';

/** Migrations or seeders: the table in which sequelize-cli and Praxis record the executed files, and their folder. */
type Track = Readonly<{ table: 'SequelizeMeta' | 'SequelizeData'; folder: string }>;

export type MigrationOptions = Readonly<{
  /** The URL of the schema's owner. */
  url: string;
  /** Default: `migrations/` or `seeders/` of the package. */
  folder?: string;
  /** How long to wait for an unavailable database. */
  patienceMs?: number;
}>;

export type StepState = Readonly<{
  name: string;
  /** unknown: a newer version of Praxis executed it; this version does not have its file. */
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

/** Loads umzug only when there is something to run, because it costs about 100 ms and 5 MB. */
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

/** The files that are pending, and the names of executed files that this version does not have. */
async function compare(sequelize: Sequelize, { table, folder }: Track): Promise<Comparison> {
  const run = await recorded(sequelize, table);
  const files = new Set(stepFiles(folder).map(({ name }) => name));
  return {
    pending: [...files].filter((name) => !run.has(name)),
    unknown: [...run].filter((name) => !files.has(name)).sort(),
  };
}

/** Throws when a newer version has migrated the schema, because this version could damage its data. */
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
 * Runs all pending migrations in one transaction, so that a killed process leaves either the old schema or the new one.
 * An advisory lock serializes processes that start at the same time. Takes no lock when nothing is pending.
 * @param options.applicationRole gets the application's rights afterwards, unless it is the owner itself
 * @throws MigrationError of umzug, with PostgreSQL's error as its cause
 * @throws ConfigurationError when a newer version has migrated the schema
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
 * Reverts the last migration, or with `to` all migrations from the last down to that one (`all`: every one), in one transaction.
 * @throws ConfigurationError when migrations of a newer version must be reverted first
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

/** All migrations that have a file or a record, ordered by name. */
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

/** Whether all migrations of this version, and none of a newer one, were executed. */
export async function schemaIsCurrent(sequelize: Sequelize): Promise<boolean> {
  const { pending, unknown } = await compare(sequelize, migrations({ url: '' }));
  return pending.length === 0 && unknown.length === 0;
}

/** Runs all pending seeders in one transaction. */
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
