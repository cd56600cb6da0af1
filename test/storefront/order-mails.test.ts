import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.js';
import type { Order } from '../../src/storefront/application/domain-types.js';
import { BUYER, openShop, STAFF, type Shop } from './shop.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('the mails of an order', () => {
  const ordered = async (shop: Shop, changes = {}): Promise<Order> => {
    const { product } = await shop.product();
    return shop.order([{ productId: product.id, quantity: 2 }], changes);
  };
  /** Sends the mails of all jobs and returns the last text. */
  const lastMail = async (shop: Shop): Promise<string> => {
    for (const { kind, payload } of shop.jobs())
      if (kind === 'storefront.order-mail')
        await shop.sendOrderMail({
          jobId: 'job',
          orderId: String(payload['orderId']),
          occasion: String(payload['occasion']),
          refundId: null,
        });
    return shop.letters.at(-1)!.text;
  };
  const cancel = (shop: Shop, { id }: Order) =>
    shop.cancelOrder({ caller: BUYER, orderId: id, expectedVersion: undefined });

  it('speak of no money when the order expired unpaid', async () => {
    const shop = openShop();
    await ordered(shop, DESK);
    shop.clock.advance(7 * DAY);
    await shop.expireOrders();
    const text = await lastMail(shop);
    expect(text).to.include('not paid in time').and.to.include('2 × Product 1');
    expect(text).not.to.match(/on its way|paid you|EUR|refund/i);
  });

  it('say that money is on its way back only when some was paid', async () => {
    const unpaid = openShop();
    await cancel(unpaid, await ordered(unpaid, DESK));
    expect(await lastMail(unpaid)).not.to.match(/on its way|paid/i);
    const paid = openShop();
    await cancel(paid, await ordered(paid));
    expect(await lastMail(paid)).to.include('What you have paid is on its way back to you.');
  });

  for (const [timeZone, hours, day] of [
    ['UTC', 14, '2026-11-28'],
    ['Pacific/Auckland', 14, '2026-11-29'],
    ['America/Los_Angeles', -2, '2026-11-27'],
  ] as const)
    it(`name the day to pay by as the practice in ${timeZone} counts days`, async () => {
      const shop = openShop({ timeZone });
      shop.clock.advance(hours * HOUR);
      const { expiresAt } = await ordered(shop, { ...DESK, caller: STAFF, userId: BUYER.userId });
      expect(expiresAt!.toISOString().slice(0, 10)).to.equal('2026-11-28');
      expect(await lastMail(shop)).to.include(`Please pay at the desk before ${day}.`);
    });
});
