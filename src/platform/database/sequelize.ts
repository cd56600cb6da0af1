import type { Socket } from 'node:net';
import { Sequelize, type Options } from 'sequelize';
import type pg from 'pg';
import { clientModuleFor } from './client.js';
import { pipeline } from './connection.js';
import { prepareSession } from './session.js';

export type SequelizeOptions = Readonly<{
  /** `postgres://…`; `sslmode`, `host` and the like as in pg. */
  url: string;
  poolMax: number;
  /** As `pg_stat_activity` shows it. */
  applicationName?: string;
  /** Every statement, for debugging; off without it. */
  logger?: (sql: string) => void;
  /** How long an answer may keep us waiting; longer than any statement may run. */
  silenceMs?: number;
}>;

const STATEMENT_TIMEOUT_MS = 15_000;
/** A server that is frozen or cut off says nothing, not even that a statement took too long. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 2_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 3_000;
const ACQUIRE_TIMEOUT_MS = 5_000;
const IDLE_MS = 60_000;
const EVICT_MS = 10_000;

/** The oldest PostgreSQL that Praxis runs on. Named here, Sequelize need not open a connection of its own to ask. */
export const OLDEST_SERVER = '15.0.0';

/** The part of a pg client that tells whether it waits for an answer, and from whom. */
type Client = Readonly<{ readyForQuery: boolean; connection: Readonly<{ stream: Socket }> }>;

/**
 * Breaks a connection on which an answer is due and nothing arrives: whoever waits on it, or wants to roll back on it,
 * is told at once, and it leaves the pool. TCP alone would take a quarter of an hour and more.
 */
function breakWhenSilent(client: Client, silenceMs: number): void {
  const { stream } = client.connection;
  stream.setTimeout(silenceMs, () => {
    if (client.readyForQuery) return;
    stream.destroy(Object.assign(new Error('The database does not answer.'), { code: 'ETIMEDOUT' }));
  });
}

/**
 * A pool of connections, none opened yet. Limits travel with the connection's first message; the session's settings
 * cost one round trip a connection. A connection that breaks leaves the pool by itself, and the next use opens another.
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
    // Spares a `SET client_min_messages` on every connection.
    clientMinMessages: 'ignore',
  };
  const options = {
    dialect: 'postgres',
    dialectModule: clientModuleFor(url),
    dialectOptions,
    timezone: '+00:00',
    // Spares a `SET TIME ZONE` on every connection: `prepareSession` says it.
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
        breakWhenSilent(client as Client, silenceMs);
        pipeline(client as Parameters<typeof pipeline>[0]);
        await prepareSession(client as pg.Client);
      },
    },
  } satisfies Options & { databaseVersion: string; keepDefaultTimezone: boolean };
  return new Sequelize(url, options);
}
