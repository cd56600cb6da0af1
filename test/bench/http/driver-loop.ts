import pg from 'pg';
import { v7 } from 'uuid';

const LOCK_AMOUNTS = {
  name: 'lock_amounts',
  text: `SELECT id, account_id AS "accountId", amount::float8 AS amount, version FROM cash_amounts
    WHERE account_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
};
const POST_TRANSACTION = {
  name: 'post_transaction',
  text: `WITH posted AS (
      INSERT INTO cash_transactions (id, amount, currency, effective_at, posted_at, created_by) VALUES ($1, $2, 'EUR', $3, $3, $4)
      RETURNING number
    ), changed AS (
      UPDATE cash_amounts a SET amount = c.amount, version = c.version
      FROM json_to_recordset($5::json) AS c (id uuid, amount bigint, version int) WHERE a.id = c.id
    )
    INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
    SELECT posted.number, c.id, c.delta, 'EUR', c.version, c.amount, $3, $3
    FROM posted, json_to_recordset($5::json) AS c (id uuid, amount bigint, version int, delta bigint)
    RETURNING transaction_number`,
};

type Locked = { id: string; accountId: string; amount: number; version: number };

async function post(pool: pg.Pool, [from, to]: readonly [string, string], by: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<Locked>({ ...LOCK_AMOUNTS, values: [[from, to]] });
    const changes = rows.map((row) => {
      const delta = row.accountId === from ? -1 : 1;
      return { id: row.id, amount: row.amount + delta, version: row.version + 1, delta };
    });
    await client.query({ ...POST_TRANSACTION, values: [v7(), 1, new Date(), by, JSON.stringify(changes)] });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Posts between two accounts at a time, on `workers` connections; returns the transactions a second. */
export async function driverLoop(
  url: string,
  {
    workers,
    seconds,
    pairOf,
    by,
  }: Readonly<{
    workers: number;
    seconds: number;
    pairOf: (n: number) => readonly [string, string];
    by: string;
  }>,
): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: workers, options: '-c TimeZone=UTC' });
  const begunMs = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (performance.now() - begunMs < seconds * 1_000) {
        done += 1;
        await post(pool, pairOf(done), by);
      }
    }),
  );
  const rate = (done * 1_000) / (performance.now() - begunMs);
  await pool.end();
  return rate;
}
