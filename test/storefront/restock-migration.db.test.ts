import { expect } from 'chai';
import { migrate, undo } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import {
  brokenRules,
  buy,
  eur,
  makeBuyers,
  staff,
  stocked,
  type ShopCradle,
} from '../support/shop-on-postgres.js';

const MIGRATION = '20261129090100-allow-restock-without-money.cjs';

describe('the migration that allows a restock without money', () => {
  let postgres: OnPostgres<ShopCradle>;
  before(async () => {
    postgres = await openOnPostgres<ShopCradle>();
  });
  after(() => postgres.close());

  it('is undone with such restocks: the pieces stay in stock, and those of paid refunds stay as they are', async () => {
    const { cradle, ownerUrl: url } = postgres;
    const [buyerId] = (await makeBuyers(cradle, 1)) as [string];
    const productId = await stocked(cradle, 10);
    const first = await buy(cradle, buyerId, [productId]);
    const second = await buy(cradle, buyerId, [productId]);
    const refund = (order: typeof first, amount: number) =>
      cradle.refundOrder({
        caller: staff(buyerId),
        orderId: order.id,
        amount: eur(amount),
        reason: 'came back',
        restock: [{ lineId: order.lines[0]!.id, quantity: 1 }],
      });
    await refund(first, 0);
    await refund(second, 1000);
    expect(await brokenRules(cradle)).to.deep.equal([]);
    await undo({ url, to: MIGRATION });
    await migrate({ url });
    expect(await brokenRules(cradle)).to.deep.equal([]);
    expect((await cradle.productQueries.find(productId))?.stock).to.equal(10);
    expect((await cradle.orderQueries.find(first.id))?.refunds).to.deep.equal([]);
    expect((await cradle.orderQueries.find(second.id))?.refunds[0]?.restock).to.have.length(1);
    await refund(first, 0);
    expect(await brokenRules(cradle)).to.deep.equal([]);
  });
});
