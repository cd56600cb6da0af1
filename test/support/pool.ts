import pg from 'pg';

/**
 * A pool of plain connections for statements that bypass the application. Its clients may be cut off after `end()` resolved,
 * when the database is dropped before the server has seen them go; that is no failure of the test.
 */
export function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
