import { expect } from 'chai';
import { paymentStatusOf, type Order } from '../../src/storefront/application/domain-types.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { BUYER, eur, openShop, STAFF, type Shop } from './shop.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('pieces that come back', () => {
  let shop: Shop;
  let productId: string;
  let free: string;
  beforeEach(async () => {
    shop = openShop();
    productId = (await shop.product()).product.id;
    free = (await shop.product({ price: eur(0) })).product.id;
  });
  const refund = ({ id, lines }: Order, amount: number, quantity: number) =>
    shop.refundOrder({
      caller: STAFF,
      orderId: id,
      amount: eur(amount),
      reason: 'came back',
      restock: quantity === 0 ? [] : [{ lineId: lines[0]!.id, quantity }],
    });
  const step = ({ id }: Order) => ({ caller: STAFF, orderId: id, expectedVersion: undefined });

  it('need no money when they cost nothing', async () => {
    const order = await shop.order([{ productId: free, quantity: 3 }]);
    const returned = await refund(order, 0, 2);
    expect(returned.refunds).to.have.length(1);
    expect(returned.refunds[0]).to.include({ amount: 0, status: 'succeeded', paymentId: null });
    expect(paymentStatusOf(returned)).to.equal('paid');
    expect(await shop.stockOf(free)).to.equal(9);
    expect([shop.booked(), shop.mails()]).to.deep.equal([[], ['placed']]);
    await expectCode(refund(order, 0, 2), 'restock-exceeds-sold');
  });

  it('may come back after their money', async () => {
    const order = await shop.order([{ productId, quantity: 2 }]);
    await refund(order, 2000, 0);
    await refund(order, 0, 2);
    await shop.runRefundJobs();
    expect(paymentStatusOf((await shop.orderQueries.find(order.id))!)).to.equal('refunded');
    expect(await shop.stockOf(productId)).to.equal(10);
    expect(shop.booked().map(({ kind, amount }) => [kind, amount])).to.deep.equal([
      ['payment', 2000],
      ['refund', 2000],
    ]);
  });

  it('are at least one when no money goes back', async () => {
    const order = await shop.order([{ productId, quantity: 2 }]);
    expect(pointersOf(await expectCode(refund(order, 0, 0), 'validation'))).to.deep.equal(['/amount/amount']);
  });

  it('are not taken from an order that is not paid', async () => {
    const order = await shop.order([{ productId, quantity: 2 }], DESK);
    await expectCode(refund(order, 0, 1), 'restock-exceeds-sold');
    expect(await shop.stockOf(productId)).to.equal(8);
  });

  it('leave nothing to ship or to collect when they are all of the order', async () => {
    const order = await shop.order([{ productId, quantity: 2 }]);
    await refund(order, 1000, 1);
    await refund(order, 1000, 1);
    await expectCode(shop.shipOrder(step(order)), 'nothing-to-ship');
    await expectCode(shop.deliverOrder(step(order)), 'nothing-to-ship');
    expect((await shop.cancelOrder({ ...step(order), caller: BUYER })).status).to.equal('cancelled');
    expect(await shop.stockOf(productId)).to.equal(10);
  });

  it('do not stop a parcel that is under way', async () => {
    const order = await shop.order([{ productId, quantity: 2 }]);
    await refund(order, 1000, 1);
    await shop.shipOrder(step(order));
    await refund(order, 1000, 1);
    expect((await shop.deliverOrder(step(order))).status).to.equal('delivered');
  });
});
