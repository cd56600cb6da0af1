import { expect } from 'chai';
import { QueryTypes } from 'sequelize';
import { seed, undoSeeds } from '../../src/platform/database/migrator.js';
import { paymentStatusOf } from '../../src/storefront/application/domain-types.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { brokenRules, type ShopCradle } from '../support/shop-on-postgres.js';

const MEMBER = '01999999-0003-7000-8000-000000000003';

describe('the demo practice\u2019s shop', () => {
  let postgres: OnPostgres<ShopCradle>;
  before(async () => {
    postgres = await openOnPostgres<ShopCradle>();
    await seed({ url: postgres.ownerUrl });
  });
  after(() => postgres.close());

  it('passes every integrity check', async () => {
    expect(await brokenRules(postgres.cradle)).to.deep.equal([]);
  });

  it('has an order in every state, products and discounts', async () => {
    const { orderQueries, productQueries, discountQueries } = postgres.cradle;
    const { items } = await orderQueries.list({ userId: MEMBER }, { limit: 100 }, true);
    expect(new Set(items.map(({ status }) => status))).to.deep.equal(
      new Set(['pending', 'processing', 'shipped', 'delivered', 'cancelled']),
    );
    expect(new Set(items.map(({ paymentStatus }) => paymentStatus))).to.deep.equal(
      new Set(['unpaid', 'paid', 'partlyRefunded', 'refunded']),
    );
    const products = await productQueries.list({}, { limit: 100 });
    expect(products.items).to.have.length(12);
    expect(products.items.filter(({ stock }) => stock === 0)).to.have.length(1);
    expect((await discountQueries.list({ limit: 100 })).items).to.have.length(3);
  });

  it('has orders that can be shipped and refunded', async () => {
    const { orderQueries, refundOrder, settleRefund, shipOrder } = postgres.cradle;
    const [order] = (
      await orderQueries.list({ userId: MEMBER, statuses: ['processing'] }, { limit: 1 }, true)
    ).items;
    const caller = { userId: '01999999-0002-7000-8000-000000000002', role: 'staff' } as const;
    await shipOrder({ caller, orderId: order!.id, expectedVersion: undefined });
    const { refunds } = await refundOrder({
      caller,
      orderId: order!.id,
      amount: { amount: 100, currency: 'EUR' },
      reason: 'late',
      restock: [],
    });
    await settleRefund({ orderId: order!.id, refundId: refunds[0]!.id });
    expect(paymentStatusOf((await orderQueries.find(order!.id))!)).to.equal('partlyRefunded');
    expect(await brokenRules(postgres.cradle)).to.deep.equal([]);
  });
});

describe('the demo practice\u2019s shop after undoing the seeds', () => {
  it('leaves no rows', async () => {
    const postgres = await openOnPostgres<ShopCradle>();
    try {
      await seed({ url: postgres.ownerUrl });
      await undoSeeds({ url: postgres.ownerUrl });
      for (const table of [
        'products',
        'stock_movements',
        'discounts',
        'orders',
        'payments',
        'cash_transactions',
        'users',
      ]) {
        const rows = await postgres.cradle.sequelize.query(`SELECT FROM ${table}`, {
          type: QueryTypes.SELECT,
        });
        expect(rows, table).to.have.length(0);
      }
    } finally {
      await postgres.close();
    }
  });
});
