import type { Sequelize } from 'sequelize';

const ATTEMPTS = 5;

/**
 * Opens `count` connections of the pool before a race: opened one by one while it is on, they would let the racers in one
 * after the other. A machine that is busy may need more than the time a server allows itself to connect in.
 */
export async function openDatabaseUrls(sequelize: Sequelize, count: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const asleep = Array.from({ length: count }, () => sequelize.query('SELECT pg_sleep(0.2)'));
    const failed = (await Promise.allSettled(asleep)).find(({ status }) => status === 'rejected');
    if (failed === undefined) return;
    if (attempt === ATTEMPTS) throw (failed as PromiseRejectedResult).reason;
  }
}
