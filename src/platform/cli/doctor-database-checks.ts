import { QueryTypes, type Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import { openDatabaseUrls, type DatabaseUrls } from '../database/database-urls.js';
import { rightsAreCurrent, status } from '../database/migrator.js';
import { openSequelize } from '../database/sequelize.js';
import { examine, explainedOr, type Finding, type Report } from './finding.js';

const OLDEST_SERVER = 150_000;
const MAX_CLOCK_SKEW_MS = 5_000;

async function checkServer(sequelize: Sequelize): Promise<Finding> {
  const [server] = await sequelize.query<{ version: string; number: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
    { type: QueryTypes.SELECT },
  );
  if (server === undefined || server.number < OLDEST_SERVER)
    return { fault: `PostgreSQL ${server?.version ?? '?'} is too old`, remedy: 'use 15 or newer' };
  return { ok: `PostgreSQL ${server.version}` };
}

async function checkSchema({ migrationUrl: url, applicationRole }: DatabaseUrls): Promise<Finding> {
  const steps = await status({ url });
  const pending = steps.filter(({ state }) => state === 'pending').length;
  const unknown = steps.filter(({ state }) => state === 'unknown').length;
  if (pending > 0)
    return { fault: `${pending} migrations have not been run`, remedy: 'run npx praxis migrate' };
  if (unknown > 0)
    return {
      fault: `${unknown} migrations of a newer version have been run`,
      remedy: 'install that version',
    };
  if (!(await rightsAreCurrent({ url, applicationRole })))
    return {
      fault: `the role ${applicationRole} lacks rights, or has too many`,
      remedy: 'run npx praxis migrate',
    };
  return { ok: `${steps.length} migrations` };
}

async function checkClock(sequelize: Sequelize): Promise<Finding> {
  const beforeMs = Date.now();
  const [row] = await sequelize.query<{ at: Date }>('SELECT clock_timestamp() AS at', {
    type: QueryTypes.SELECT,
  });
  const [newest] = await sequelize.query<{ at: Date | null }>('SELECT max(created_at) AS at FROM jobs', {
    type: QueryTypes.SELECT,
  });
  if ((newest?.at?.getTime() ?? 0) > Date.now() + MAX_CLOCK_SKEW_MS)
    return {
      fault: `shows a time before that of the newest job, ${newest?.at?.toISOString() ?? ''}`,
      remedy: 'set it by NTP',
    };
  const skewMs = row === undefined ? 0 : row.at.getTime() - (beforeMs + Date.now()) / 2;
  if (Math.abs(skewMs) > MAX_CLOCK_SKEW_MS)
    return {
      fault: `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the database’s`,
      remedy: 'synchronise both by NTP',
    };
  return { ok: 'agrees with the database’s' };
}

async function checkReplica(url: string): Promise<Finding> {
  const sequelize = openSequelize({ url, poolMax: 1, applicationName: 'praxis doctor' });
  try {
    const [row] = await sequelize.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby', {
      type: QueryTypes.SELECT,
    });
    if (row?.standby !== true)
      return { fault: 'is a server of its own and copies no other', remedy: 'correct DATABASE_REPLICA_URLS' };
    return { ok: 'follows its primary' };
  } finally {
    await sequelize.close();
  }
}

/** Checks the database, its schema, its clock and its replicas. */
export async function checkDatabase(config: Config, report: Report): Promise<void> {
  const remedy =
    config.database.url === null ? 'see the reason, or set DATABASE_URL' : 'start it or correct DATABASE_URL';
  let connections: DatabaseUrls;
  try {
    connections = await openDatabaseUrls(config);
  } catch (error) {
    report('database', explainedOr(remedy)(error));
    return;
  }
  const sequelize = openSequelize({
    url: connections.applicationUrl,
    poolMax: 1,
    applicationName: 'praxis doctor',
  });
  const explained =
    (fallback: string) =>
    (error: unknown): Finding =>
      explainedOr(fallback)(connections.explain(error));
  try {
    if (!(await examine('database', report, () => checkServer(sequelize), explained(remedy)))) return;
    const current = await examine(
      'schema',
      report,
      () => checkSchema(connections),
      explained('check DATABASE_MIGRATION_URL'),
    );
    if (current) await examine('clock', report, () => checkClock(sequelize), explained('see the reason'));
    for (const [index, url] of config.database.replicaUrls.entries())
      await examine(
        `replica ${index + 1}`,
        report,
        () => checkReplica(url),
        explainedOr('correct DATABASE_REPLICA_URLS'),
      );
  } finally {
    await sequelize.close();
    await connections.stop();
  }
}
