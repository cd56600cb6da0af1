#!/usr/bin/env node
import type { Cradle } from './container.js';
import { readArguments, readVerb } from './platform/cli/arguments.js';
import { CommandFailed, EXIT, UsageError, type ExitCode } from './platform/cli/exit-codes.js';
import { helpFor, isCommand } from './platform/cli/help.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// Each command imports its dependencies when it runs, so that help is fast and a broken module breaks only its own command.
const readConfig = async () => (await import('./platform/config/config.js')).loadConfig();

/** Runs `work` with the use cases of a container on the configured database, after pending migrations. */
async function withContainer(
  config: Awaited<ReturnType<typeof readConfig>>,
  work: (cradle: Cradle) => Promise<void>,
): Promise<void> {
  const { openDatabaseUrls } = await import('./platform/database/database-urls.js');
  const connections = await openDatabaseUrls(config);
  try {
    const { migrate } = await import('./platform/database/migrator.js');
    await migrate({ url: connections.migrationUrl, applicationRole: connections.applicationRole });
    const { buildContainer } = await import('./container.js');
    const { readOrCreateAuthSecret } = await import('./platform/config/secrets.js');
    const { makeLogger } = await import('./platform/telemetry/logger.js');
    const container = buildContainer({
      config,
      logger: makeLogger({ level: 'silent' }),
      databaseUrl: connections.applicationUrl,
      authSecret: config.authSecret ?? (await readOrCreateAuthSecret(config.home)),
      publicUrl: config.publicUrl ?? 'http://localhost', // these commands mail no links
    });
    try {
      await work(container.cradle);
    } finally {
      await container.dispose();
    }
  } catch (error) {
    throw connections.explain(error);
  } finally {
    await connections.stop();
  }
}

/**
 * Serves until SIGTERM or SIGINT, then drains and stops. A second signal, or one during the start, stops at once; a start
 * may be interrupted at any point.
 */
async function serve(argv: readonly string[]): Promise<ExitCode> {
  rejectWords(argv);
  const config = await readConfig();
  const { setFlagsFromString } = await import('node:v8');
  // Nearly all objects of a request are garbage after its response. A young generation of full size from the start (16 MiB)
  // is collected a third as often, which saves a quarter of the time of a small read.
  setFlagsFromString('--semi-space-growth-factor=16');
  const stopped = new Promise<undefined>((resolve) => {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) process.exit(EXIT.failed);
        resolve(undefined);
      });
  });
  const { default: cluster } = await import('node:cluster');
  if (config.workers > 1 && cluster.isPrimary) return serveWithWorkers(config, stopped);
  const { startPraxis } = await import('./main.js');
  const { isWorker } = cluster;
  if (isWorker) process.on('SIGHUP', () => undefined);
  // The primary ends its workers; it alone handles signals to the process group.
  const retired = new Promise<'retired'>((resolve) => {
    if (isWorker)
      process.on('message', (message: unknown) => {
        if (typeof message === 'object' && message !== null && 'praxis' in message) resolve('retired');
      });
  });
  const praxis = await Promise.race([startPraxis(config, { worker: isWorker }), stopped, retired]);
  if (typeof praxis !== 'object') return EXIT.ok;
  process.send?.({ praxis: 'ready', url: praxis.url });
  const why = await Promise.race([stopped, retired]);
  await praxis.stop({ successor: why === 'retired' });
  return EXIT.ok;
}

/** Serves from several processes until SIGTERM or SIGINT; SIGHUP replaces them one by one. */
async function serveWithWorkers(
  config: Awaited<ReturnType<typeof readConfig>>,
  stopped: Promise<undefined>,
): Promise<ExitCode> {
  const { startWorkers } = await import('./workers.js');
  // Registered first: by default the signal ends the process.
  let roll = (): unknown => undefined;
  process.on('SIGHUP', () => void roll());
  const workers = await Promise.race([startWorkers(config), stopped]);
  if (workers === undefined) return EXIT.ok;
  roll = () => workers.roll();
  const reason = await Promise.race([workers.failed, stopped]);
  await workers.stop();
  if (reason instanceof Error) throw reason;
  return EXIT.ok;
}

async function createAdmin(argv: readonly string[]): Promise<ExitCode> {
  const { positionals, required } = readArguments(argv, { email: {}, 'full-name': {} });
  readVerb(positionals, ['create']);
  const email = required('email');
  const fullName = required('full-name');
  const config = await readConfig();
  const { readNewPassword } = await import('./platform/cli/password-prompt.js');
  const password = await readNewPassword();

  await withContainer(config, async (cradle) => {
    const admin = await cradle.createAdmin({ email, fullName, password });
    print(`${admin.email} is an admin`);
  });
  return EXIT.ok;
}

async function exportMember(argv: readonly string[]): Promise<ExitCode> {
  const { positionals, required } = readArguments(argv, { member: {} });
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
  const email = required('member');
  const { CONTEXTS } = await import('./contexts.js');
  await withContainer(await readConfig(), async (cradle) => {
    const { userId } = await cradle.findMember(email);
    const records: Record<string, unknown> = {};
    for (const { exportMember: part } of CONTEXTS)
      if (part !== undefined) records[part.section] = await part.collect(cradle, userId);
    print(JSON.stringify({ exportedAt: new Date().toISOString(), userId, ...records }, null, 2));
  });
  return EXIT.ok;
}

async function writeOpenApi(argv: readonly string[]): Promise<ExitCode> {
  const { positionals, value } = readArguments(argv, { out: {}, check: {} });
  if (positionals.length > 0) throw new UsageError(`nothing may follow openapi: ${positionals.join(' ')}`);
  const { buildOpenApiDocument } = await import('./openapi-document.js');
  const { readFile, writeFile } = await import('node:fs/promises');
  const text = `${JSON.stringify(buildOpenApiDocument(), null, 2)}\n`;
  const out = value('out');
  const committed = value('check');
  if (committed !== undefined && (await readFile(committed, 'utf8')) !== text)
    throw new CommandFailed(`${committed} is not what the routes say; run npm run openapi and commit it`);
  if (out !== undefined) await writeFile(out, text);
  if (out === undefined && committed === undefined) process.stdout.write(text);
  return EXIT.ok;
}

async function checkIntegrity(argv: readonly string[]): Promise<ExitCode> {
  rejectWords(argv);
  const config = await readConfig();
  const { openDatabaseUrls } = await import('./platform/database/database-urls.js');
  const { openSequelize } = await import('./platform/database/sequelize.js');
  const { schemaIsCurrent } = await import('./platform/database/migrator.js');
  const { runIntegrityChecks } = await import('./platform/database/integrity.js');
  const { CONTEXTS } = await import('./contexts.js');
  const connections = await openDatabaseUrls(config);
  const sequelize = openSequelize({ url: connections.applicationUrl, poolMax: 1 });
  try {
    if (!(await schemaIsCurrent(sequelize)))
      throw new CommandFailed('the schema is not the one of this build; see npx praxis migrate status');
    const checks = CONTEXTS.flatMap(({ integrityChecks = [] }) => integrityChecks);
    const findings = await runIntegrityChecks(sequelize, checks);
    for (const { name, ok, broken } of findings)
      print(ok ? `ok      ${name}` : `broken  ${name}: ${broken.join(' ')}`);
    return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
  } catch (error) {
    throw connections.explain(error);
  } finally {
    await sequelize.close();
    await connections.stop();
  }
}

async function examine(argv: readonly string[]): Promise<ExitCode> {
  const { positionals, has } = readArguments(argv, { payments: { flag: true } });
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
  const { loadConfig } = await import('./platform/config/config.js');
  if (has('payments')) {
    const { runPaymentsDoctor } = await import('./platform/cli/doctor-payments.js');
    return (await runPaymentsDoctor(loadConfig(), print)) ? EXIT.ok : EXIT.failed;
  }
  const { runDoctor } = await import('./platform/cli/doctor.js');
  return (await runDoctor(loadConfig, print)) ? EXIT.ok : EXIT.failed;
}

async function changeSchema(command: 'migrate' | 'seed', argv: readonly string[]): Promise<ExitCode> {
  const { migrateCommand, seedCommand } = await import('./platform/cli/schema-commands.js');
  await (command === 'migrate' ? migrateCommand : seedCommand)(argv, readConfig, print);
  return EXIT.ok;
}

function rejectWords(argv: readonly string[]): void {
  const { positionals } = readArguments(argv, {});
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
}

async function run([command, ...rest]: readonly string[]): Promise<ExitCode> {
  const help = helpFor(process.argv.slice(2));
  if (help !== undefined) {
    process.stdout.write(help);
    return EXIT.ok;
  }
  switch (command) {
    case 'serve':
      return serve(rest);
    case 'migrate':
    case 'seed':
      return changeSchema(command, rest);
    case 'admin':
      return createAdmin(rest);
    case 'export':
      return exportMember(rest);
    case 'doctor':
      return examine(rest);
    case 'integrity':
      return checkIntegrity(rest);
    case 'openapi':
      return writeOpenApi(rest);
    case '--version':
    case '-v':
      print((await import('./version.js')).VERSION);
      return EXIT.ok;
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`there is no command ${command}`);
  }
}

/** Prints one line (one for each configuration error) to stderr; the stack only on request. */
async function fail(error: unknown): Promise<ExitCode> {
  const { describeFailure, printed } = await import('./platform/cli/failure.js');
  const [command] = process.argv.slice(2);
  const { explanations, exitCode } = describeFailure(error, isCommand(command) ? command : undefined);
  for (const explanation of explanations) process.stderr.write(`praxis: ${printed(explanation)}\n`);
  if (/^(debug|trace)$/.test(process.env['LOG_LEVEL'] ?? '') && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}

// A reader that closes the pipe early, as in `praxis openapi | head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const exitCode = await run(process.argv.slice(2)).catch(fail);
// An open handle must not keep a finished command alive.
process.stdout.write('', () => process.exit(exitCode));
