import type pg from 'pg';

/** Inserts a row whose columns are the keys of `row`. */
export function insertObject(client: pg.Client, table: string, row: object): Promise<pg.QueryResult> {
  const columns = Object.keys(row);
  const parameters = columns.map((_, index) => `$${index + 1}`);
  return client.query(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${parameters.join()})`,
    Object.values(row),
  );
}
