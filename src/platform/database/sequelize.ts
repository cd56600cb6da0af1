import { Sequelize, type Options } from 'sequelize';
import type pg from 'pg';
import { clientModuleFor } from './client.js';
import { clientInternals, type ClientInternals } from './driver-internals.js';
import { pipeline } from './pipeline.js';
import { prepareSession } from './session.js';

export type SequelizeOptions = Readonly<{
  /** `postgres://…`; `sslmode`, `host` and the like as in pg. */
  url: string;
  poolMax: number;
  /** As `pg_stat_activity` shows it. */
  applicationName?: string;
  /** Receives every statement, for debugging. */
  logger?: (sql: string) => void;
  /** The longest wait for a result before the connection counts as broken; longer than the statement timeout. */
  silenceMs?: number;
}>;

const STATEMENT_TIMEOUT_MS = 15_000;
/** A frozen or unreachable server does not report statement timeouts either. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 2_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 3_000;
const ACQUIRE_TIMEOUT_MS = 5_000;
const IDLE_MS = 60_000;
const EVICT_MS = 10_000;

/** The oldest supported PostgreSQL. Sequelize would otherwise open a connection to ask for the version. */
export const OLDEST_SERVER = '15.0.0';

/**
 * Destroys a connection on which a result is outstanding and nothing has arrived for `silenceMs`. Every call that waits on it
 * fails then, and it leaves the pool. TCP alone would take a quarter of an hour or more.
 */
function breakWhenSilent(client: ClientInternals, silenceMs: number): void {
  const { stream } = client.connection;
  stream.setTimeout(silenceMs, () => {
    if (client.readyForQuery) return;
    stream.destroy(Object.assign(new Error('The database does not answer.'), { code: 'ETIMEDOUT' }));
  });
}

/**
 * A pool of connections, none opened yet. The timeouts are part of the first message of a connection; its session settings
 * take one round trip. A broken connection leaves the pool by itself, and the next use opens another.
 */
export function openSequelize({
  url,
  poolMax,
  applicationName = 'praxis',
  logger,
  silenceMs = SILENCE_MS,
}: SequelizeOptions): Sequelize {
  const dialectOptions = {
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    // Saves a `SET client_min_messages` on every connection.
    clientMinMessages: 'ignore',
  };
  const options = {
    dialect: 'postgres',
    dialectModule: clientModuleFor(url),
    dialectOptions,
    timezone: '+00:00',
    // Saves a `SET TIME ZONE` on every connection: `prepareSession` sets it.
    keepDefaultTimezone: true,
    databaseVersion: OLDEST_SERVER,
    pool: { max: poolMax, min: 0, acquire: ACQUIRE_TIMEOUT_MS, idle: IDLE_MS, evict: EVICT_MS },
    define: { underscored: true, timestamps: false },
    logging:
      logger === undefined
        ? false
        : (sql: string) => {
            logger(sql);
          },
    benchmark: false,
    hooks: {
      async afterConnect(client) {
        breakWhenSilent(clientInternals(client), silenceMs);
        pipeline(clientInternals(client));
        await prepareSession(client as pg.Client);
      },
    },
  } satisfies Options & { databaseVersion: string; keepDefaultTimezone: boolean };
  return new Sequelize(url, options);
}
