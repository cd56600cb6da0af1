import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { migrate, seed, undo } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { REPOSITORY, run, type Outcome } from '../support/processes.js';
import type { ShopCradle } from '../support/shop-on-postgres.js';

const CLI = ['--import', import.meta.resolve('tsx'), join(REPOSITORY, 'src/cli.ts')];
const MEMBER = '01999999-0003-7000-8000-000000000003';

describe('starting over with the demo practice', function () {
  this.timeout(300_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'praxis-start-over-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const praxis = (urls: Readonly<{ url: string; ownerUrl: string }>, ...args: string[]): Promise<Outcome> =>
    run(process.execPath, [...CLI, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: urls.url,
        DATABASE_MIGRATION_URL: urls.ownerUrl,
        AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      },
    }).outcome;

  /** The rows of every table as sorted text. */
  async function contents(sequelize: Sequelize): Promise<ReadonlyMap<string, readonly string[]>> {
    const tables = await sequelize.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
      { type: QueryTypes.SELECT },
    );
    const rowsByTable = new Map<string, readonly string[]>();
    for (const { name } of tables) {
      const rows = await sequelize.query<{ row: string }>(
        `SELECT t::text AS row FROM "${name}" t ORDER BY 1`,
        {
          type: QueryTypes.SELECT,
        },
      );
      rowsByTable.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return rowsByTable;
  }

  describe('after an order', () => {
    let postgres: OnPostgres<ShopCradle>;
    before(async () => {
      postgres = await openOnPostgres<ShopCradle>();
      await seed({ url: postgres.ownerUrl });
      const { productQueries, placeOrder } = postgres.cradle;
      const { items } = await productQueries.list({}, { limit: 100 });
      await placeOrder({
        caller: { userId: MEMBER, role: 'member' },
        userId: null,
        lines: [
          {
            productId: items.find(({ product, stock }) => product.isActive && stock > 1)!.product.id,
            quantity: 2,
          },
        ],
        discountCode: null,
        payment: { method: 'card', cardId: null },
        expectedTotal: null,
      });
    });
    after(() => postgres.close());

    it('seed undo changes no row and prints how to start over', async () => {
      const before = await contents(postgres.cradle.sequelize);
      const { code, stderr, stdout } = await praxis(
        { url: postgres.databaseUrl, ownerUrl: postgres.ownerUrl },
        'seed',
        'undo',
      );
      expect(stderr).to.equal(
        'praxis: the demo practice stays as it is, because rows added since depend on it ' +
          '(order_lines_product_id_fkey); to start over with nothing but the demo, ' +
          'run npx praxis migrate undo --to all, npx praxis migrate and npx praxis seed\n',
      );
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(await contents(postgres.cradle.sequelize)).to.deep.equal(before);
    });
  });

  describe('after migrations were undone', () => {
    let database: TestDatabase;
    before(async () => {
      database = await createTestDatabase();
    });
    after(() => database.drop());

    it('seeds the rows of the dropped tables again, and no others', async () => {
      await seed({ url: database.ownerUrl });
      for (const [migration, seeders] of [
        ['20261122100000-create-posts.cjs', ['journal']],
        ['20261121160000-clinic-doctors.cjs', ['clinic', 'journal']],
        ['20261121140000-create-cash-accounts.cjs', ['cash', 'shop', 'clinic', 'journal']],
      ] as const) {
        await undo({ url: database.ownerUrl, to: migration });
        await migrate({ url: database.ownerUrl });
        const { applied } = await seed({ url: database.ownerUrl });
        expect(applied.map((name) => name.replace(/^\d+-|\.cjs$/g, ''))).to.deep.equal(seeders);
      }
    });

    it('seed loads the whole demo after migrate undo --to all, migrate and seed', async () => {
      await undo({ url: database.ownerUrl, to: 'all' });
      await migrate({ url: database.ownerUrl });
      const { code, stdout } = await praxis(database, 'seed');
      expect(stdout).to.match(/^(seeded \S+\n){6}$/);
      expect(code).to.equal(0);
    });
  });
});
