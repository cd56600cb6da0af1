import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, Sequelize, type Options } from 'sequelize';
import type pg from 'pg';
import { clientModuleFor } from './client.js';
import { isRefused, isUnavailable } from './errors.js';
import { OLDEST_SERVER } from './sequelize.js';
import { prepareSession } from './session.js';

/** The advisory lock of every change of the schema. The number is arbitrary and must never change. */
export const SCHEMA_LOCK = 7_077_251_896;
/** How long a migration waits for locks, which only transactions of the running application can hold. */
const LOCK_TIMEOUT = '15s';
const RETRY_MS = 200;
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Exactly one connection, so that every write through `sequelize` stays in one transaction, even where a migration
 * passes none. A lost connection is not replaced: on a new one each statement would commit by itself.
 */
function openSingleConnection(url: string): Sequelize {
  let connected = false;
  const options: Options & { databaseVersion: string } = {
    dialect: 'postgres',
    dialectModule: clientModuleFor(url),
    dialectOptions: { application_name: 'praxis-migrate', connectionTimeoutMillis: 5_000, keepAlive: true },
    // Without it Sequelize would open a connection to ask for the version, and there is only one.
    databaseVersion: OLDEST_SERVER,
    timezone: '+00:00',
    logging: false,
    pool: { max: 1, min: 0, idle: FOREVER_MS, evict: FOREVER_MS, acquire: 60_000 },
    hooks: {
      beforeConnect() {
        if (connected) throw new Error('Connection terminated during a migration: nothing of it was kept.');
      },
      async afterConnect(client) {
        connected = true;
        await prepareSession(client as pg.Client);
      },
    },
  };
  return new Sequelize(url, options);
}

/**
 * Runs `work` on a connection of its own. While the database is unavailable, such as during a takeover of the embedded
 * server, it retries for at most `patienceMs`.
 */
export async function withOwnConnection<Result>(
  url: string,
  patienceMs: number,
  work: (sequelize: Sequelize) => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const sequelize = openSingleConnection(url);
    try {
      return await work(sequelize);
    } catch (error) {
      if (!isUnavailable(error) || isRefused(error) || Date.now() > deadline) throw error;
    } finally {
      await sequelize.close().catch(() => undefined);
    }
    await sleep(RETRY_MS);
  }
}

/** Runs `work` in one transaction, under the lock that every change of the schema takes. */
export async function inOneTransaction<Result>(
  sequelize: Sequelize,
  work: () => Promise<Result>,
): Promise<Result> {
  await sequelize.query('BEGIN');
  try {
    await sequelize.query('SELECT pg_advisory_xact_lock($1)', {
      bind: [SCHEMA_LOCK],
      type: QueryTypes.SELECT,
    });
    await sequelize.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    const result = await work();
    await sequelize.query('COMMIT');
    return result;
  } catch (error) {
    await sequelize.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
