import { mkdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { findWideModes } from '../config/home.js';
import { isLoopback } from '../config/loopback.js';
import { proxyMarkerFile, readProxyMarker } from '../config/proxy-marker.js';
import { authSecretFile, readOrCreateAuthSecret } from '../config/secrets.js';
import { openDatabaseUrls, type DatabaseUrls } from '../database/database-urls.js';
import { rightsAreCurrent, status } from '../database/migrator.js';
import { openSequelize } from '../database/sequelize.js';
import { hasCode } from '../error-code.js';
import { throwListenFault } from '../http/server/listen-fault.js';
import { listen } from '../http/server/http-server.js';
import { makeMailer } from '../mail/mailer.js';
import { proveWritable } from '../writable.js';
import { describeFailure, reasonOf } from './failure.js';

const OLDEST_SERVER = 150_000;
const MAX_CLOCK_SKEW_MS = 5_000;
/** PostgreSQL’s write-ahead log grows in segments of 16 MB. */
const LEAST_FREE_MB = 100;
const LEAST_DISTINCT_CHARACTERS = 8;
const PORT_ANSWER_MS = 2_000;

/** The result of a check: a remark, or the fault and its remedy. */
type Finding = Readonly<{ ok: string } | { fault: string; remedy: string }>;
type Report = (subject: string, finding: Finding) => void;

/** Runs a check and prints its result; an exception is a fault. Returns whether the check passed. */
async function examine(
  subject: string,
  report: Report,
  check: () => Promise<Finding>,
  faultOf: (error: unknown) => Finding,
): Promise<boolean> {
  const finding = await check().catch(faultOf);
  report(subject, finding);
  return 'ok' in finding;
}

const orElse =
  (remedy: string) =>
  (error: unknown): Finding => ({
    fault: reasonOf(error),
    remedy: hasCode(error, 'ENOSPC', 'EDQUOT') ? 'free some space' : remedy,
  });

/** Turns an error of the database or the configuration into a fault; its message usually contains the remedy. */
const explainedOr =
  (fallback: string) =>
  (error: unknown): Finding => {
    const [{ problem, remedy = fallback } = { problem: reasonOf(error) }] =
      describeFailure(error).explanations;
    return { fault: problem, remedy };
  };

async function checkHome({ home }: Config): Promise<Finding> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  await proveWritable(home);
  const { bavail, bsize } = await statfs(home);
  const freeMb = Math.floor((bavail * bsize) / 1_000_000);
  if (freeMb < LEAST_FREE_MB) return { fault: `${freeMb} MB are free at ${home}`, remedy: 'free some space' };
  const wide = await findWideModes(home);
  if (wide.length > 0)
    return {
      fault: wide
        .map(({ path, found }) => `${path} may be used by others (mode ${found.toString(8)})`)
        .join(', '),
      remedy: wide
        .map(({ path, found, wanted }) => `chmod ${(found & wanted).toString(8)} ${path}`)
        .join(' && '),
    };
  return { ok: home };
}

async function checkSecret({ authSecret, home }: Config): Promise<Finding> {
  if (authSecret !== null) {
    if (new Set(authSecret).size < LEAST_DISTINCT_CHARACTERS)
      return {
        fault: 'AUTH_SECRET can be guessed: it repeats a few characters',
        remedy: 'set what `openssl rand -base64 48` prints',
      };
    return { ok: 'AUTH_SECRET is set' };
  }
  const file = authSecretFile(home);
  const found = await stat(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (found === undefined) return { ok: 'will be generated at the first start' };
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return { fault: `${file} can be read by others`, remedy: `chmod 600 ${file}` };
  await readOrCreateAuthSecret(home);
  return { ok: file };
}

/** Passes when a running Praxis answers on the port, or when the port is free. */
async function checkPort({ host, port }: Config): Promise<Finding> {
  try {
    const server = await listen({ host, port });
    await server.drain(0);
    return { ok: port === 0 ? 'any free one' : `${port} is free` };
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE') && (await isPraxis(host, port)))
      return { ok: `${port}, where Praxis answers` };
    return throwListenFault(error, { variable: 'PORT', host, port });
  }
}

async function isPraxis(host: string, port: number): Promise<boolean> {
  const answering =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${answering}:${port}/livez`, {
      signal: AbortSignal.timeout(PORT_ANSWER_MS),
    });
    return answer.ok && (await answer.text()).includes('"status"');
  } catch {
    return false;
  }
}

async function checkProxy({ home, trustProxy }: Config): Promise<Finding> {
  if (trustProxy) return { ok: 'X-Forwarded-For is believed' };
  const seenAt = await readProxyMarker(home);
  if (seenAt === undefined) return { ok: 'none seen' };
  return {
    fault: `requests came through one while TRUST_PROXY was off (${seenAt.toISOString()}), so all its clients count as one`,
    remedy: `set TRUST_PROXY=on if it is yours, else remove ${proxyMarkerFile(home)}`,
  };
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

function checkPublicUrl({ publicUrl }: Config): Promise<Finding> {
  if (publicUrl === null) return Promise.resolve({ ok: 'not set; links in mails name the port it serves' });
  const { protocol, hostname } = new URL(publicUrl);
  return Promise.resolve(
    protocol === 'http:' && !isLoopback(hostname)
      ? { fault: `${publicUrl} is not encrypted`, remedy: 'serve it by HTTPS and set https://…' }
      : { ok: publicUrl },
  );
}

async function checkMail({ mail, production, home }: Config): Promise<Finding> {
  if (production && mail.url.startsWith('file:'))
    return {
      fault: `goes to files in ${mail.url.slice('file:'.length)}, so nobody gets it`,
      remedy: 'set MAIL_URL=smtp://USER:PASSWORD@HOST:PORT',
    };
  if (process.platform !== 'win32' && mail.url.startsWith('file:')) {
    const folder = mail.url.slice('file:'.length);
    // The check of PRAXIS_HOME covers the folder inside it.
    const found = folder === join(home, 'mail') ? undefined : await stat(folder).catch(() => undefined);
    if (found !== undefined && (found.mode & 0o077) !== 0)
      return {
        fault: `others may enter ${folder}, where links to sign in lie`,
        remedy: `chmod 700 ${folder}`,
      };
  }
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

/** Checks everything that Praxis needs and prints `ok` or `fault` for each. Returns whether all checks passed. */
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
    orElse('make PRAXIS_HOME a folder that this user may write'),
  );
  await examine('public URL', report, () => checkPublicUrl(config), orElse('correct PUBLIC_URL'));
  await examine('secret', report, () => checkSecret(config), orElse('make it readable to this user'));
  await examine('port', report, () => checkPort(config), explainedOr('correct HOST and PORT'));
  await examine('proxy', report, () => checkProxy(config), orElse('make PRAXIS_HOME readable to this user'));
  await checkDatabase(config, report);
  await examine('mail', report, () => checkMail(config), orElse('correct MAIL_URL'));
  return healthy;
}
