import { expect } from 'chai';
import type { Model, ModelStatic } from 'sequelize';
import { seed } from '../../src/platform/database/migrator.js';
import type { StorefrontModels } from '../../src/storefront/infrastructure/sequelize/models.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import type { ShopCradle } from '../support/shop-on-postgres.js';

type Cradle = ShopCradle & Readonly<{ storefrontModels: StorefrontModels }>;

const STAFF = '01999999-0002-7000-8000-000000000002';
const MEMBER = '01999999-0003-7000-8000-000000000003';

describe('the shop\u2019s models', () => {
  let postgres: OnPostgres<Cradle>;
  let models: readonly ModelStatic<Model>[];
  before(async () => {
    postgres = await openOnPostgres<Cradle>();
    await seed({ url: postgres.ownerUrl });
    const { orderQueries, refundOrder } = postgres.cradle;
    const { items } = await orderQueries.list(
      { userId: MEMBER, statuses: ['processing'] },
      { limit: 1 },
      true,
    );
    await refundOrder({
      caller: { userId: STAFF, role: 'staff' },
      orderId: items[0]!.id,
      amount: { amount: 100, currency: 'EUR' },
      reason: 'broken',
      restock: [{ lineId: items[0]!.lines[0]!.id, quantity: 1 }],
    });
    models = Object.values(postgres.cradle.storefrontModels);
  });
  after(() => postgres.close());

  it('have exactly the columns of their tables', async () => {
    const tables = postgres.cradle.sequelize.getQueryInterface();
    for (const model of models) {
      const stored = Object.keys(await tables.describeTable(model.tableName));
      const declared = Object.values(model.getAttributes()).map(({ field }) => field);
      expect(declared, model.tableName).to.have.members(stored);
    }
  });

  it('read the rows of every association', async () => {
    for (const model of models)
      for (const alias of Object.keys(model.associations)) {
        const association = model.associations[alias]!;
        const rows = await model.findAll({ include: [{ association, required: true }], limit: 3 });
        expect(rows, `${model.name}.${alias}`).not.to.have.length(0);
        for (const row of rows) {
          const [owner, owned] = [row, row.get(alias)].map((one) => (Array.isArray(one) ? one[0] : one));
          const [child, parent] =
            association.associationType === 'BelongsTo' ? [owner, owned] : [owned, owner];
          const key = (child as Model).get(association.foreignKey);
          expect(key, `${model.name}.${alias}`).to.equal((parent as Model).get('id'));
        }
      }
  });
});
