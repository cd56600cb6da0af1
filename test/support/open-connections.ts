import type { Sequelize } from 'sequelize';

const ATTEMPTS = 5;
/** On a loaded machine a race may take longer than a server lets a request wait for a connection. */
const ACQUIRE_WITHIN_MS = 240_000;

type Pool = { acquireTimeoutMillis: number };

/** The internals of Sequelize's pool, because its timeout cannot be changed otherwise. */
function letAcquiresWait(sequelize: Sequelize): void {
  const { pool } = (sequelize as unknown as { connectionManager: { pool: Pool & { write?: Pool } } })
    .connectionManager;
  (pool.write ?? pool).acquireTimeoutMillis = ACQUIRE_WITHIN_MS;
}

/**
 * Opens `count` connections of the pool before a race. If they were opened during the race, the racers would start one after
 * the other.
 */
export async function openConnections(sequelize: Sequelize, count: number): Promise<void> {
  letAcquiresWait(sequelize);
  for (let attempt = 1; ; attempt += 1) {
    const asleep = Array.from({ length: count }, () => sequelize.query('SELECT pg_sleep(0.2)'));
    const failed = (await Promise.allSettled(asleep)).find(({ status }) => status === 'rejected');
    if (failed === undefined) return;
    if (attempt === ATTEMPTS) throw (failed as PromiseRejectedResult).reason;
  }
}
