import { expect } from 'chai';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { eur, openShop, OTHER, STAFF, type Shop } from './shop.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('checkout', () => {
  let shop: Shop;
  let productId: string;
  beforeEach(async () => {
    shop = openShop();
    productId = (await shop.product()).product.id;
  });

  it('needs no card when nothing is due', async () => {
    const free = (await shop.product({ price: eur(0) })).product.id;
    shop.cards.noCard = true;
    expect(await shop.order([{ productId: free, quantity: 1 }])).to.include({
      total: 0,
      status: 'processing',
    });
    const { code } = await shop.discount({ reduction: { kind: 'percent', basisPoints: 10_000 } });
    const discounted = await shop.order([{ productId, quantity: 1 }], { discountCode: code });
    expect(discounted).to.include({ total: 0, status: 'processing' });
    expect(shop.released()).to.have.length(2).and.deep.equal(shop.reserved());
    expect(shop.mails()).to.deep.equal(['placed', 'placed']);
  });

  it('writes nothing without a card when something is due', async () => {
    const { id, code } = await shop.discount();
    shop.cards.noCard = true;
    await expectCode(shop.order([{ productId, quantity: 1 }], { discountCode: code }), 'no-card');
    expect(await shop.stockOf(productId)).to.equal(10);
    expect(await shop.discountQueries.find(id)).to.include({ used: 0 });
    expect([shop.jobs(), shop.reserved()]).to.deep.equal([[], []]);
  });

  it('refuses an order for a user who is disabled or erased', async () => {
    const lines = [{ productId, quantity: 1 }];
    shop.deactivate(OTHER.userId);
    for (const how of [{}, DESK]) {
      const order = shop.order(lines, { ...how, caller: STAFF, userId: OTHER.userId });
      expect(pointersOf(await expectCode(order, 'validation'))).to.deep.equal(['/userId']);
    }
    expect(await shop.stockOf(productId)).to.equal(10);
  });
});
