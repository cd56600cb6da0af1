import { expect } from 'chai';
import pg from 'pg';
import { migrate, undo } from '../../src/platform/database/migrator.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const MIGRATION = '20261129090000-compare-skus-without-case.cjs';

describe('the migration that compares SKUs without case', () => {
  let database: TestDatabase;
  let client: pg.Client;
  before(async () => {
    database = await createTestDatabase();
    await undo({ url: database.ownerUrl, to: MIGRATION });
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await database.drop();
  });

  it('renames the products whose SKUs look like an older one on sale, and can be undone', async () => {
    const long = 'X'.repeat(64);
    const skus = [
      'retired',
      'abc',
      'ABC-2',
      'Abc',
      'AB\u200bC',
      'RETIRED',
      '\u200b',
      long,
      long.toLowerCase(),
    ];
    for (const [minute, sku] of skus.entries())
      await client.query(
        `INSERT INTO products (id, sku, name, price, is_active, created_at, updated_at, version)
         VALUES (gen_random_uuid(), $1, 'Toothbrush', 1, $2, to_timestamp($3 * 60), to_timestamp($3 * 60), 1)`,
        [sku, sku !== 'retired', minute],
      );
    const stored = async () =>
      (
        await client.query<{ sku: string; version: number }>(
          'SELECT sku, version FROM products ORDER BY created_at',
        )
      ).rows.map(({ sku, version }) => `${sku} v${version}`);
    await migrate({ url: database.ownerUrl });
    const renamed = [
      'retired-2 v2',
      'abc v1',
      'ABC-2 v1',
      'Abc-3 v2',
      'ABC-4 v2',
      'RETIRED v1',
      'SKU v2',
      `${long} v1`,
      `${'x'.repeat(62)}-2 v2`,
    ];
    expect(await stored()).to.deep.equal(renamed);
    await undo({ url: database.ownerUrl, to: MIGRATION });
    expect(await stored()).to.deep.equal(renamed);
    await migrate({ url: database.ownerUrl });
    expect(await stored()).to.deep.equal(renamed);
  });
});
