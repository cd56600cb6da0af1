import { access, constants, mkdir, stat } from 'node:fs/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { authSecretFile } from '../config/secrets.js';
import { openConnections, type Connections } from '../database/connections.js';
import { status } from '../database/migrator.js';
import { openSequelize } from '../database/sequelize.js';
import { makeMailer } from '../mail/mailer.js';
import { describeFailure } from './failure.js';

const OLDEST_SERVER = 150_000;
const MAX_CLOCK_SKEW_MS = 5_000;

/** What a check found: a remark when all is well, or what to do about the fault. */
type Finding = Readonly<{ ok: string } | { fault: string; remedy: string }>;
type Report = (subject: string, finding: Finding) => void;

const reasonOf = (error: unknown): string => describeFailure(error).lines.join('; ');

/** Runs a check; whatever it throws is its fault. Whether all is well. */
async function examine(
  subject: string,
  report: Report,
  check: () => Promise<Finding>,
  remedy: string,
): Promise<boolean> {
  const finding = await check().catch((error: unknown): Finding => ({ fault: reasonOf(error), remedy }));
  report(subject, finding);
  return 'ok' in finding;
}

async function checkHome({ home }: Config): Promise<Finding> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  await access(home, constants.W_OK | constants.X_OK);
  return { ok: home };
}

async function checkSecret({ authSecret, home }: Config): Promise<Finding> {
  if (authSecret !== null) return { ok: 'AUTH_SECRET is set' };
  const file = authSecretFile(home);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return { ok: 'will be generated at the first start' };
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return { fault: `${file} can be read by others`, remedy: `chmod 600 ${file}` };
  return { ok: file };
}

async function checkServer(sequelize: Sequelize): Promise<Finding> {
  const [server] = await sequelize.query<{ version: string; number: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
    { type: QueryTypes.SELECT },
  );
  if (server === undefined || server.number < OLDEST_SERVER)
    return { fault: `PostgreSQL ${server?.version ?? '?'} is too old`, remedy: 'use 15 or newer' };
  return { ok: `PostgreSQL ${server.version}` };
}

async function checkSchema(url: string): Promise<Finding> {
  const steps = await status({ url });
  const pending = steps.filter(({ state }) => state === 'pending').length;
  const unknown = steps.filter(({ state }) => state === 'unknown').length;
  if (pending > 0) return { fault: `${pending} migrations have not been run`, remedy: 'run praxis migrate' };
  if (unknown > 0)
    return {
      fault: `${unknown} migrations of a newer version have been run`,
      remedy: 'install that version',
    };
  return { ok: `${steps.length} migrations` };
}

async function checkClock(sequelize: Sequelize): Promise<Finding> {
  const beforeMs = Date.now();
  const [row] = await sequelize.query<{ at: Date }>('SELECT clock_timestamp() AS at', {
    type: QueryTypes.SELECT,
  });
  const skewMs = row === undefined ? 0 : row.at.getTime() - (beforeMs + Date.now()) / 2;
  if (Math.abs(skewMs) > MAX_CLOCK_SKEW_MS)
    return {
      fault: `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the database’s`,
      remedy: 'synchronise both by NTP',
    };
  return { ok: 'agrees with the database’s' };
}

async function checkMail({ mail }: Config): Promise<Finding> {
  const mailer = makeMailer(mail);
  try {
    await mailer.verify();
  } finally {
    mailer.close();
  }
  return {
    ok: mail.url.startsWith('file:') ? `files in ${mail.url.slice('file:'.length)}` : 'the server answers',
  };
}

async function checkDatabase(config: Config, report: Report): Promise<void> {
  const remedy =
    config.database.url === null ? 'see the reason, or set DATABASE_URL' : 'start it or correct DATABASE_URL';
  let connections: Connections;
  try {
    connections = await openConnections(config);
  } catch (error) {
    report('database', { fault: reasonOf(error), remedy });
    return;
  }
  const sequelize = openSequelize({
    url: connections.applicationUrl,
    poolMax: 1,
    applicationName: 'praxis doctor',
  });
  try {
    if (!(await examine('database', report, () => checkServer(sequelize), remedy))) return;
    await examine(
      'schema',
      report,
      () => checkSchema(connections.migrationUrl),
      'check DATABASE_MIGRATION_URL',
    );
    await examine('clock', report, () => checkClock(sequelize), 'see the reason');
  } finally {
    await sequelize.close();
    await connections.stop();
  }
}

/** Looks at all that Praxis needs and prints a line each, `ok` or `fault`; whether all is well. */
export async function runDoctor(loadConfig: () => Config, print: (line: string) => void): Promise<boolean> {
  let healthy = true;
  const report: Report = (subject, finding) => {
    if ('ok' in finding) print(`ok     ${subject.padEnd(14)} ${finding.ok}`);
    else {
      healthy = false;
      print(`fault  ${subject.padEnd(14)} ${finding.fault}; ${finding.remedy}`);
    }
  };
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { name, problem, remedy } of error.faults)
      report('configuration', { fault: `${name} ${problem}`, remedy });
    return false;
  }
  report('configuration', { ok: config.production ? 'for production' : 'not for production' });
  await examine(
    'home',
    report,
    () => checkHome(config),
    'make PRAXIS_HOME a folder that this user may write',
  );
  await examine('secret', report, () => checkSecret(config), 'see the reason');
  await checkDatabase(config, report);
  await examine('mail', report, () => checkMail(config), 'correct MAIL_URL');
  return healthy;
}
