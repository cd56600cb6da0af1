import type { IncomingMessage } from 'node:http';
import {
  asFunction,
  asValue,
  createContainer,
  InjectionMode,
  type AwilixContainer,
  type NameAndRegistrationPair,
} from 'awilix';
import type { Logger } from 'pino';
import type { Sequelize } from 'sequelize';
import { CATALOG, CONTEXTS, makePaymentOrigins, PAGES, ROUTES, type ContextsCradle } from './contexts.js';
import { MEMBER_ERASED } from './identity/module.js';
import type { Clock } from './kernel/clock.js';
import { HOUR } from './kernel/clock.js';
import type { IdGenerator } from './kernel/ids.js';
import type { Practice } from './kernel/practice.js';
import { buildOpenApiDocument } from './openapi-document.js';
import type { Config } from './platform/config/config.js';
import { makeSecrets, type Secrets } from './platform/config/secrets.js';
import { makeDatabase, type Database } from './platform/database/database.js';
import { makeReplicatedDatabase, openReplicas } from './platform/database/replicas.js';
import { schemaIsCurrent } from './platform/database/migrator.js';
import { openSequelize } from './platform/database/sequelize.js';
import { makeStorage } from './platform/database/storage.js';
import { makeTransactions } from './platform/database/transactions.js';
import { createApplication } from './platform/http/routing/application.js';
import { makeCursorCodec } from './platform/http/requests/cursor.js';
import { healthPages } from './platform/http/pages/health.js';
import type { Page } from './platform/http/pages/pages.js';
import {
  makeIdempotencyKeys,
  makeIdempotency,
  makeNoIdempotencyKey,
} from './platform/http/idempotency/idempotency.js';
import { makeIdempotencyStore } from './platform/http/idempotency/idempotency-store.js';
import { makeLoadShedder } from './platform/http/server/load-shedder.js';
import { problemPages } from './platform/http/pages/problem-pages.js';
import {
  makePurgeIdempotencyKeys,
  PURGE_IDEMPOTENCY_KEYS,
} from './platform/http/idempotency/purge-idempotency-keys.js';
import { makeClientLimiter } from './platform/http/rate-limits/rate-limits-clients.js';
import {
  makePurgeRateLimits,
  makeRateLimits,
  PURGE_RATE_LIMITS,
} from './platform/http/rate-limits/rate-limits-postgres.js';
import { referencePages } from './platform/http/pages/reference-pages.js';
import { sandboxPages } from './platform/http/pages/sandbox-pages.js';
import { makeTurns } from './platform/http/server/turns.js';
import { makeJobRunner, type Job, type Jobs } from './platform/jobs/job-runner.js';
import { makeJobSignal, type JobSignal } from './platform/jobs/job-signal.js';
import { makeSequelizeOutbox } from './platform/jobs/sequelize-outbox.js';
import { makeMailer } from './platform/mail/mailer.js';
import { makeGatewayHealth } from './platform/payments/gateway-health.js';
import { makePaymentGateway } from './platform/payments/payment-gateway.js';
import { makeSandboxCardSetups } from './platform/payments/sandbox-card-setups.js';
import { makeSandboxCharges } from './platform/payments/sandbox-charges.js';
import {
  asWritingPort,
  mergeRegistrations,
  type CradleOf,
  type Registrations,
} from './platform/registrations.js';
import { makeTemporalTimeZones } from './platform/time/temporal-time-zones.js';
import { systemClock } from './platform/telemetry/clock.js';
import { uuidGenerator } from './platform/telemetry/ids.js';
import { makeMetrics, type Metrics } from './platform/telemetry/metrics.js';
import { VERSION } from './version.js';

/** Known once the configuration is read, the database accepts connections and the port is bound. */
export type RuntimeContext = Readonly<{
  config: Config;
  logger: Logger;
  databaseUrl: string;
  authSecret: string;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Whether the server is shutting down. */
  draining?: () => boolean;
  /** Called for every request that was refused because its client sends too many. */
  onRefused?: (request: IncomingMessage) => void;
  /** Compares every serialized reply with its schema (tests). */
  validateReplies?: boolean;
}>;

const SWEEP_MAIL = 'platform.sweep-mail';
const RECURRING_JOBS = [
  { kind: SWEEP_MAIL, everyMs: HOUR },
  { kind: PURGE_RATE_LIMITS, everyMs: HOUR },
  { kind: PURGE_IDEMPOTENCY_KEYS, everyMs: HOUR },
  ...CONTEXTS.flatMap(({ recurringJobs }) => recurringJobs),
];

/** Handlers resolve their dependencies when a job runs, so that nothing is built before it is used. */
function makeJobs(cradle: Cradle): Jobs {
  const ofContexts = CONTEXTS.flatMap(({ jobs }) => Object.entries(jobs)).map(
    ([kind, { lane, makeHandler }]): [string, Job] => [
      kind,
      { lane, handle: (job) => makeHandler(cradle)(job) },
    ],
  );
  return {
    [MEMBER_ERASED]: {
      lane: 'database',
      handle: async ({ payload }) => {
        for (const { memberErased } of CONTEXTS) await memberErased?.(cradle)(String(payload['userId']));
      },
    },
    [SWEEP_MAIL]: { lane: 'database', handle: () => cradle.mailer.sweep() },
    [PURGE_RATE_LIMITS]: { lane: 'database', handle: () => cradle.purgeRateLimits() },
    [PURGE_IDEMPOTENCY_KEYS]: { lane: 'database', handle: () => cradle.purgeIdempotencyKeys() },
    ...Object.fromEntries(ofContexts),
  };
}

function platformRegistrations(container: AwilixContainer, jobs: Jobs, runtime: RuntimeContext) {
  const { config, logger, databaseUrl, authSecret, publicUrl } = runtime;
  return {
    container: asValue(container),
    config: asValue(config),
    logger: asValue(logger),
    publicUrl: asValue(publicUrl),
    clock: asValue(systemClock),
    ids: asValue(uuidGenerator),
    timeZones: asFunction(makeTemporalTimeZones).singleton(),
    practice: asValue({ currency: config.currency, timeZone: config.timeZone } satisfies Practice),
    secrets: asValue(makeSecrets(authSecret)),
    bookingLimits: asValue({
      openAppointments: config.limits.openAppointments,
      bookingsPerHour: config.rateLimit ? config.limits.bookingsPerHour : null,
    }),
    orderLimits: asValue({
      unpaidOrders: config.limits.unpaidOrders,
      unpaidPieces: config.limits.unpaidPieces,
    }),

    sequelize: asFunction(() => openSequelize({ url: databaseUrl, poolMax: config.database.poolMax }))
      .singleton()
      .disposer((sequelize) => sequelize.close()),
    database: asFunction(makeDatabase).singleton(),
    storage: asFunction(makeStorage).singleton(),
    transactions: asFunction(makeTransactions).singleton(),
    replicas: asFunction(({ database }: Readonly<{ database: Database }>) =>
      openReplicas({
        urls: config.database.replicaUrls,
        poolMax: config.database.poolMax,
        primary: database,
        logger,
      }),
    )
      .singleton()
      .disposer((replicas) => replicas.close()),

    mailer: asFunction(() => makeMailer(config.mail))
      .singleton()
      .disposer((mailer) => {
        mailer.close();
      }),
    paymentGateway: asFunction(makePaymentGateway).singleton(),
    gatewayHealth: asFunction(makeGatewayHealth).singleton(),
    metrics: asFunction(({ sequelize }: Readonly<{ sequelize: Sequelize }>) =>
      makeMetrics({
        sequelize,
        version: VERSION,
        laneOf: (kind) => jobs[kind]?.lane,
      }),
    ).singleton(),

    jobSignal: asFunction(makeJobSignal).singleton(),
    outbox: asWritingPort(makeSequelizeOutbox),
    jobRunner: asFunction(
      ({
        sequelize,
        ids,
        jobSignal,
      }: Readonly<{ sequelize: Sequelize; ids: IdGenerator; jobSignal: JobSignal }>) =>
        makeJobRunner({
          sequelize,
          ids,
          logger,
          jobSignal,
          jobs,
          recurring: RECURRING_JOBS,
        }),
    ).singleton(),

    rateLimits: asFunction(makeRateLimits).singleton(),
    clientLimiter: asFunction(
      ({ sequelize, secrets, clock }: Readonly<{ sequelize: Sequelize; secrets: Secrets; clock: Clock }>) =>
        makeClientLimiter({ sequelize, secrets, clock, logger, config }),
    ).singleton(),
    loadShedder: asFunction(({ metrics }: Readonly<{ metrics: Metrics }>) =>
      makeLoadShedder({ config, logger, metrics }),
    ).singleton(),
    purgeRateLimits: asFunction(makePurgeRateLimits).singleton(),
    purgeIdempotencyKeys: asFunction(makePurgeIdempotencyKeys).singleton(),
    turns: asFunction(() => makeTurns()).singleton(),
    paymentOrigins: asWritingPort(makePaymentOrigins),
    idempotency: asFunction(makeIdempotency).singleton(),
    idempotencyStore: asFunction(makeIdempotencyStore).singleton(),
    idempotencyKey: asFunction(makeNoIdempotencyKey).scoped(),
    idempotencyKeys: asWritingPort(makeIdempotencyKeys),
    cursorCodec: asFunction(makeCursorCodec).singleton(),
  };
}

/** Everything that the container resolves at its root, by name. */
export type Cradle = CradleOf<ReturnType<typeof platformRegistrations>> & ContextsCradle;

/** Throws when two contexts, or a context and the platform, register the same name. Dispose it to close all connections. */
export function buildContainer(runtime: RuntimeContext): AwilixContainer<Cradle> {
  const container = createContainer<Cradle>({ injectionMode: InjectionMode.PROXY, strict: true });
  const jobs = makeJobs(container.cradle);
  container.register(
    mergeRegistrations({
      platform: platformRegistrations(container, jobs, runtime),
      ...Object.fromEntries(CONTEXTS.map(({ name, registrations }) => [name, registrations])),
    }) as Registrations & NameAndRegistrationPair<Cradle>,
  );
  return container;
}

/** The same use cases on a database that reads from the replicas, if any are configured. */
function anonymousReads(
  container: AwilixContainer<Cradle>,
  { config }: RuntimeContext,
): AwilixContainer<Cradle> {
  if (config.database.replicaUrls.length === 0) return container;
  const { database, replicas } = container.cradle;
  const scope = container.createScope();
  scope.register({ database: asValue(makeReplicatedDatabase(database, replicas)) });
  return scope;
}

/** The pages on which a person stands for the bank, with PAYMENT_GATEWAY=sandbox. */
function gatewayPages({ cradle }: AwilixContainer<Cradle>, { config }: RuntimeContext): readonly Page[] {
  if (config.paymentGateway !== 'sandbox') return [];
  return sandboxPages({ charges: makeSandboxCharges(cradle), cardSetups: makeSandboxCardSetups(cradle) });
}

/** The Koa application over a container's use cases. */
export function buildApplication(container: AwilixContainer<Cradle>, runtime: RuntimeContext) {
  const {
    sequelize,
    storage,
    metrics,
    clientLimiter,
    loadShedder,
    rateLimits,
    turns,
    idempotency,
    cursorCodec,
    authenticate,
    gatewayHealth,
  } = container.cradle;
  return createApplication({
    routes: ROUTES,
    pages: [
      ...healthPages({
        async check() {
          if (!(await schemaIsCurrent(sequelize))) return 'schema-behind';
          return (await storage.isFull()) ? 'storage-full' : 'ready';
        },
        draining: runtime.draining ?? (() => false),
        paymentGateway: gatewayHealth,
      }),
      ...problemPages(CATALOG),
      ...referencePages(buildOpenApiDocument()),
      ...PAGES,
      ...gatewayPages(container, runtime),
    ],
    catalog: CATALOG,
    services: {
      container,
      anonymousReads: anonymousReads(container, runtime),
      authenticate,
      idempotency,
      cursorCodec,
      rateLimits,
      turns,
      problems: { catalog: CATALOG, logger: runtime.logger },
      validateReplies: runtime.validateReplies ?? false,
    },
    clientLimiter,
    loadShedder,
    onRefused: runtime.onRefused ?? (() => undefined),
    logger: runtime.logger,
    metrics,
    publicUrl: runtime.publicUrl,
    corsOrigins: runtime.config.corsOrigins,
    trustProxy: runtime.config.trustProxy,
  });
}
