import type { IncomingMessage } from 'node:http';
import type { AwilixContainer } from 'awilix';
import type { Logger } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { buildApplication, buildContainer } from './container.js';
import type { Config } from './platform/config/config.js';
import { prepareHome } from './platform/config/home.js';
import { removeProxyMarker, writeProxyMarker } from './platform/config/proxy-marker.js';
import { readOrCreateAuthSecret } from './platform/config/secrets.js';
import { openDatabaseUrls, type DatabaseUrls } from './platform/database/database-urls.js';
import { migrate, seed } from './platform/database/migrator.js';
import { truncateAddress } from './platform/http/requests/client-address.js';
import { throwListenFault } from './platform/http/server/listen-fault.js';
import { makeProxyNotice } from './platform/http/server/proxy-notice.js';
import { listen, type HttpServer } from './platform/http/server/http-server.js';
import { startupBanner } from './startup-banner.js';
import { makeTeardown, type Teardown } from './platform/teardown.js';
import { openLogger } from './platform/telemetry/logger.js';
import { startMetricsServer } from './platform/telemetry/metrics-server.js';

/** A running Praxis. */
export type Praxis = Readonly<{
  /** Where it serves, `http://host:port`. */
  url: string;
  metricsUrl: string | null;
  /** For tests. */
  container: AwilixContainer;
  /**
   * Stops being ready, drains, then disposes everything. `successor`: another process serves the same port, so that each
   * connection gets `Connection: close` with its next response before it is closed.
   */
  stop(options?: Readonly<{ successor?: boolean }>): Promise<void>;
}>;

export type StartOptions = Readonly<{
  logger?: Logger;
  /** Compares every serialized reply with its schema (tests). */
  validateReplies?: boolean;
  /** One of several processes on a port, whose primary prints the banner and serves the metrics. */
  worker?: boolean;
}>;

const SECOND_MS = 1_000;
/** PostgreSQL writes its last checkpoint; after half a minute it gets an immediate shutdown. */
const DATABASE_STEP_MS = 40_000;
/** The least time that jobs get to end, even if requests used up the grace period. */
const LEAST_JOB_GRACE_MS = 1_000;
/** For returning interrupted jobs to the queue. */
const SIGN_OFF_MS = 3_000;

const isEmpty = async (sequelize: Sequelize): Promise<boolean> => {
  const users = await sequelize.query('SELECT 1 FROM users LIMIT 1', { type: QueryTypes.SELECT });
  return users.length === 0;
};

const hasNoAdmin = async (sequelize: Sequelize): Promise<boolean> => {
  const admins = await sequelize.query("SELECT 1 FROM users WHERE role = 'admin' LIMIT 1", {
    type: QueryTypes.SELECT,
  });
  return admins.length === 0;
};

/** Logs the next steps after `npm start`. */
async function logBanner(logger: Logger, config: Config, url: string, sequelize: Sequelize): Promise<void> {
  for (const line of startupBanner(url, config)) logger.info(line);
  if (!config.demo && (await hasNoAdmin(sequelize)))
    logger.info(
      'There is no admin yet: npx praxis admin create --email you@example.org --full-name "Your Name"',
    );
}

/** While TRUST_PROXY is off, detects a proxy and reports it in the log and, by a file in PRAXIS_HOME, to `praxis doctor`. */
async function watchForProxy({ home, trustProxy }: Config, logger: Logger) {
  if (trustProxy) {
    await removeProxyMarker(home);
    return undefined;
  }
  return makeProxyNotice(() => {
    logger.warn(
      'A request came through a proxy (X-Forwarded-For) while TRUST_PROXY is off: all clients of the proxy count as one. Set TRUST_PROXY=on if the proxy is yours.',
    );
    writeProxyMarker(home).catch((error: unknown) => {
      logger.debug({ err: error }, 'the marker for praxis doctor was not written');
    });
  });
}

async function prepareDatabase(connections: DatabaseUrls): Promise<void> {
  const { migrationUrl, applicationRole, explain } = connections;
  try {
    await migrate({ url: migrationUrl, applicationRole });
  } catch (error) {
    throw explain(error);
  }
}

/** Starts a server. When a step fails, undoes the earlier steps and rejects with the failure. */
export async function startPraxis(config: Config, options: StartOptions = {}): Promise<Praxis> {
  const logger = options.logger ?? (await openLogger(config));
  const teardown = makeTeardown({ logger });
  try {
    const server = await listen({
      ...config,
      onShutOut(client) {
        logger.warn(
          { client: truncateAddress(client) },
          'a client that sends too many requests is shut out for a minute',
        );
      },
    }).catch((error: unknown) => throwListenFault(error, { ...config, variable: 'PORT' }));
    const graceMs = config.shutdownGraceSeconds * SECOND_MS;
    let stopBy = 0;
    const jobGraceMs = () => Math.max(stopBy - performance.now(), LEAST_JOB_GRACE_MS);
    let unbind = () => server.drain(0);
    teardown.add(() => unbind());
    const onStop: Teardown['add'] = (...step) => {
      teardown.add(...step);
    };
    const started = await startBehind({ server, config, logger, options, onStop, jobGraceMs });
    unbind = () => Promise.resolve();
    return {
      ...started,
      async stop({ successor = false } = {}) {
        logger.info('shutting down');
        stopBy = performance.now() + graceMs;
        await server.drain(graceMs, { patient: successor });
        await teardown.run();
        logger.info('stopped');
        logger.flush();
      },
    };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function startBehind({
  server,
  config,
  logger,
  options,
  onStop,
  jobGraceMs,
}: Readonly<{
  server: HttpServer;
  config: Config;
  logger: Logger;
  options: StartOptions;
  onStop: Teardown['add'];
  /** The rest of the grace period when the jobs stop. */
  jobGraceMs: () => number;
}>): Promise<Omit<Praxis, 'stop'>> {
  await prepareHome(config.home);
  const connections = await openDatabaseUrls({
    ...config,
    log: (line) => {
      logger.debug({ source: 'postgres' }, line);
    },
  });
  onStop(() => connections.stop(), DATABASE_STEP_MS);
  await prepareDatabase(connections);

  const runtime = {
    config,
    logger,
    databaseUrl: connections.applicationUrl,
    authSecret: config.authSecret ?? (await readOrCreateAuthSecret(config.home)),
    publicUrl: config.publicUrl ?? server.url,
    draining: () => server.draining(),
    onRefused(request: IncomingMessage) {
      server.refused(request);
    },
    validateReplies: options.validateReplies ?? false,
  };
  const container = buildContainer(runtime);
  onStop(() => container.dispose());
  const { sequelize, jobRunner, clientLimiter, loadShedder, metrics, mailer } = container.cradle;
  await mailer.sweep();
  if (config.demo && (await isEmpty(sequelize))) await seed({ url: connections.migrationUrl });

  const application = buildApplication(container, runtime);
  clientLimiter.start();
  onStop(() => clientLimiter.stop());
  loadShedder.start();
  onStop(() => {
    loadShedder.stop();
    return Promise.resolve();
  });
  if (config.jobs) jobRunner.start();
  onStop(() => jobRunner.stop(jobGraceMs()), config.shutdownGraceSeconds * SECOND_MS + SIGN_OFF_MS);

  let metricsUrl: string | null = null;
  if (options.worker === true) metrics.answerPrimary();
  else if (config.metricsPort !== null) {
    const metricsServer = await startMetricsServer({ metrics, host: config.host, port: config.metricsPort });
    onStop(() => metricsServer.close());
    metricsUrl = metricsServer.url;
  }
  const handle = application.callback();
  const noticeProxy = await watchForProxy(config, logger);
  server.serve((request, response) => {
    noticeProxy?.(request);
    void handle(request, response);
  });
  if (options.worker !== true) await logBanner(logger, config, server.url, sequelize);
  return { url: server.url, metricsUrl, container };
}
