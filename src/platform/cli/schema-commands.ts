import type { Config } from '../config/config.js';
import { openDatabaseUrls, type DatabaseUrls } from '../database/database-urls.js';
import { migrate, seed, status, undo, undoSeeds } from '../database/migrator.js';
import { readArguments, readVerb } from './arguments.js';
import { violatedConstraint } from '../database/errors.js';
import { confirmDrop } from './confirm.js';
import { CommandFailed, UsageError } from './exit-codes.js';

type Print = (line: string) => void;

type ReadConfig = () => Promise<Config>;

async function withConnections<Result>(
  config: Config,
  work: (connections: DatabaseUrls) => Promise<Result>,
): Promise<Result> {
  const connections = await openDatabaseUrls(config);
  try {
    return await work(connections);
  } catch (error) {
    throw connections.explain(error);
  } finally {
    await connections.stop();
  }
}

function printSteps(print: Print, what: string, names: readonly string[]): void {
  if (names.length === 0) print(`nothing ${what}`);
  for (const name of names) print(`${what} ${name}`);
}

/** `praxis migrate [up|undo|status] [--to NAME|all] [--yes]`: on the files and the table that sequelize-cli uses. */
export async function migrateCommand(
  argv: readonly string[],
  readConfig: ReadConfig,
  print: Print,
): Promise<void> {
  const { positionals, value, has } = readArguments(argv, { to: {}, yes: { flag: true } });
  const verb = readVerb(positionals, ['up', 'undo', 'status'], 'up');
  const to = value('to');
  if (to !== undefined && verb !== 'undo')
    throw new UsageError(`--to belongs to migrate undo, not to ${verb}`);
  if (has('yes') && verb !== 'undo') throw new UsageError(`--yes belongs to migrate undo, not to ${verb}`);
  const config = await readConfig();
  if (verb === 'undo')
    await confirmDrop(
      `this drops what ${to === 'all' ? 'all migrations' : to === undefined ? 'the last migration' : `the migrations down to ${to}`} made, with all data in it`,
      { yes: has('yes'), production: config.production },
    );
  await withConnections(config, async ({ migrationUrl: url, applicationRole }) => {
    switch (verb) {
      case 'up':
        printSteps(print, 'applied', (await migrate({ url, applicationRole })).applied);
        return;
      case 'undo':
        printSteps(print, 'undone', (await undo({ url, ...(to !== undefined && { to }) })).reverted);
        return;
      case 'status':
        for (const { name, state } of await status({ url })) print(`${state.padEnd(8)} ${name}`);
    }
  });
}

/** Removes the demo practice, or throws CommandFailed with the steps to start over and changes nothing. */
async function removeDemo(url: string, { database, home }: Config): Promise<readonly string[]> {
  try {
    return (await undoSeeds({ url })).reverted;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === undefined) throw error;
    const commands = 'run npx praxis migrate undo --to all, npx praxis migrate and npx praxis seed';
    throw new CommandFailed(
      `the demo practice stays as it is, because rows added since depend on it (${constraint}); ` +
        `to start over with nothing but the demo, ` +
        (database.url === null ? `stop Praxis and remove ${home}, or ${commands}` : commands),
    );
  }
}

/** `praxis seed [up|undo]`: the demo practice. */
export async function seedCommand(
  argv: readonly string[],
  readConfig: ReadConfig,
  print: Print,
): Promise<void> {
  const verb = readVerb(readArguments(argv, {}).positionals, ['up', 'undo'], 'up');
  const config = await readConfig();
  if (verb === 'up' && config.production)
    throw new CommandFailed('the demo practice has passwords that everybody knows; not in production');
  await withConnections(config, async ({ migrationUrl: url }) => {
    if ((await status({ url })).some(({ state }) => state === 'pending'))
      throw new CommandFailed('the schema is behind; run npx praxis migrate first');
    if (verb === 'up') printSteps(print, 'seeded', (await seed({ url })).applied);
    else printSteps(print, 'unseeded', await removeDemo(url, config));
  });
}
