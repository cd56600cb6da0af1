import { randomUUID } from 'node:crypto';
import pg from 'pg';

/**
 * Writes half as many transactions as `postings`, over three years, each between one busy envelope and one of nine
 * others. Writes in bulk as the owner; the rows satisfy every rule. Returns the busy envelope.
 */
export async function writeHistory(ownerUrl: string, postings: number): Promise<{ accountId: string }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const realAccountId = randomUUID();
  const accounts = Array.from({ length: 10 }, () => randomUUID());
  const amounts = Array.from({ length: 10 }, () => randomUUID());
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO cash_real_accounts (id, name, kind, currency, created_at, updated_at, version)
       VALUES ($1, 'Big', 'external', 'EUR', now() - interval '4 years', now(), 1)`,
      [realAccountId],
    );
    await client.query(
      `INSERT INTO cash_accounts (id, name, real_account_id, type, currency, is_default, created_at, updated_at, version)
       SELECT id, 'Big', $1, 'equity', 'EUR', n = 1, now() - interval '4 years', now(), 1
       FROM unnest($2::uuid[]) WITH ORDINALITY AS account (id, n)`,
      [realAccountId, accounts],
    );
    await client.query(
      `INSERT INTO cash_amounts (id, account_id, real_account_id, currency, amount, held, version, hot, checkpoint, frozen)
       SELECT amount, account, $1, 'EUR', 0, 0, 0, false, 0, false FROM unnest($2::uuid[], $3::uuid[]) AS a (account, amount)`,
      [realAccountId, accounts, amounts],
    );
    // One statement, because postings have to be inserted with their transactions. Even numbers leave the busy
    // envelope, odd ones enter it.
    await client.query(
      `WITH move AS MATERIALIZED (
         SELECT n, gen_random_uuid() AS id, 1 + n % 1000 AS amount,
           ($2::uuid[])[2 + n % 9] AS other, CASE WHEN n % 2 = 0 THEN -1 ELSE 1 END AS sign,
           date_trunc('milliseconds', now() - (1095 - 1095.0 * n / $1) * interval '1 day') AS posted_at,
           date_trunc('milliseconds', now() - (1095 - 1095.0 * n / $1) * interval '1 day'
             - CASE WHEN n % 10 = 0 THEN (n::bigint * 7919 % 2592000) ELSE 0 END * interval '1 second') AS effective_at
         FROM generate_series(1, $1::int) AS n
       ), posted AS (
         INSERT INTO cash_transactions (id, amount, currency, effective_at, posted_at)
         SELECT id, amount, 'EUR', effective_at, posted_at FROM move ORDER BY n RETURNING id, number
       ), side AS (
         SELECT m.n, p.number, s.amount_id, s.delta, m.effective_at, m.posted_at FROM move m JOIN posted p USING (id)
         CROSS JOIN LATERAL (VALUES (($2::uuid[])[1], m.sign * m.amount), (m.other, -m.sign * m.amount)) AS s (amount_id, delta)
       )
       INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
       SELECT number, amount_id, delta, 'EUR', row_number() OVER per, sum(delta) OVER per, effective_at, posted_at FROM side
       WINDOW per AS (PARTITION BY amount_id ORDER BY number)`,
      [Math.floor(postings / 2), amounts],
    );
    await client.query(
      `UPDATE cash_amounts a SET amount = s.sum, version = s.n
       FROM (SELECT amount_id, sum(delta) AS sum, count(*) AS n FROM cash_postings WHERE amount_id = ANY ($1) GROUP BY 1) AS s
       WHERE a.id = s.amount_id`,
      [amounts],
    );
    await client.query('COMMIT');
    await client.query('VACUUM (ANALYZE) cash_postings');
    await client.query('VACUUM (ANALYZE) cash_transactions');
    await client.query('ANALYZE');
    // The first VACUUM cannot mark rows visible that an older snapshot does not see yet; the second one can.
    await client.query('VACUUM cash_postings');
  } finally {
    await client.end();
  }
  return { accountId: accounts[0]! };
}
