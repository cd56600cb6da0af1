import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.js';
import { paymentStatusOf } from '../../src/storefront/application/domain-types.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { BUYER, eur, openShop, OTHER, STAFF, type Shop } from './shop.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('checkout', () => {
  let shop: Shop;
  let productId: string;
  beforeEach(async () => {
    shop = openShop();
    productId = (await shop.product()).product.id;
  });
  const untouched = async (): Promise<void> => {
    expect(await shop.stockOf(productId)).to.equal(10);
    expect(shop.jobs()).to.deep.equal([]);
    expect(shop.cards.charges.size).to.equal(0);
    expect((await shop.orderQueries.list({}, { limit: 1 }, true)).items).to.deep.equal([]);
  };

  it('takes stock, charges the card once with the payment\u2019s id as key, and posts to the ledger', async () => {
    const order = await shop.order([{ productId, quantity: 3 }]);
    expect(order).to.include({ status: 'processing', total: 3000 });
    const [payment] = order.payments;
    expect(payment).to.include({ status: 'captured', cardLast4: '4242', amount: 3000 });
    expect([...shop.cards.charges]).to.deep.equal([
      [payment!.id, { outcome: 'captured', amount: 3000, currency: 'EUR' }],
    ]);
    expect(shop.booked()).to.have.length(1);
    expect(shop.booked()[0]).to.include({ id: `payment:${payment!.id}`, amount: 3000, method: 'card' });
    expect(await shop.stockOf(productId)).to.equal(7);
    expect(shop.mails()).to.deep.equal(['placed']);
  });

  it('commits the order and its stock before it charges the card', async () => {
    shop.cards.meanwhile = async () => {
      const [order] = (await shop.orderQueries.list({}, { limit: 1 }, true)).items;
      expect(order!.paymentStatus).to.equal('inDoubt');
      expect(await shop.stockOf(productId)).to.equal(9);
    };
    await shop.order([{ productId, quantity: 1 }]);
  });

  it('sums lines of the same product, and reports every line that is short', async () => {
    const scarce = (await shop.product({ stock: 1 })).product.id;
    const error = await expectCode(
      shop.order([
        { productId, quantity: 6 },
        { productId: scarce, quantity: 2 },
        { productId, quantity: 5 },
      ]),
      'insufficient-stock',
    );
    expect(error.details).to.deep.equal({
      lines: [
        { productId, requested: 11, available: 10 },
        { productId: scarce, requested: 2, available: 1 },
      ],
    });
    await untouched();
    const order = await shop.order([
      { productId, quantity: 1 },
      { productId, quantity: 2 },
    ]);
    expect(order.lines.map(({ quantity }) => quantity)).to.deep.equal([3]);
  });

  it('refuses unknown and retired products without writing anything', async () => {
    const unknown = '01930000-0000-7000-8000-00000000dead';
    const error = await expectCode(
      shop.order([
        { productId, quantity: 1 },
        { productId: unknown, quantity: 1 },
      ]),
      'validation',
    );
    expect(pointersOf(error)).to.deep.equal(['/lines/1/productId']);
    const retired = (await shop.product({ isActive: false })).product.id;
    const inactive = await expectCode(
      shop.order([
        { productId, quantity: 1 },
        { productId: retired, quantity: 1 },
      ]),
      'product-inactive',
    );
    expect(inactive.details).to.deep.equal({ productIds: [retired] });
    await untouched();
  });

  it('refuses a total that differs from the expected one, with the current quote', async () => {
    const lines = [{ productId, quantity: 1 }];
    const error = await expectCode(shop.order(lines, { expectedTotal: eur(999) }), 'price-changed');
    expect(error.details['quote']).to.deep.include({ total: eur(1000), discountCode: null });
    await expectCode(
      shop.order(lines, { expectedTotal: { amount: 1000, currency: 'USD' } }),
      'currency-mismatch',
    );
    await untouched();
    await shop.order(lines, { expectedTotal: eur(1000) });
  });

  it('charges the total of the quote', async () => {
    await shop.discount({ code: 'TEN' });
    const lines = [
      { productId, quantity: 3 },
      { productId: (await shop.product({ price: eur(333) })).product.id, quantity: 1 },
    ];
    const quote = await shop.quoteOrder({ lines, discountCode: 'ten' });
    const order = await shop.order(lines, { discountCode: 'ten' });
    expect(order).to.include({ total: quote.total, discount: quote.discount, discountCode: 'TEN' });
    expect(order.lines.map(({ total }) => total)).to.deep.equal(quote.lines.map(({ total }) => total));
  });

  it('keeps an order whose card is declined, so that it can be paid again', async () => {
    shop.cards.next = 'declined';
    const error = await expectCode(shop.order([{ productId, quantity: 1 }]), 'card-declined');
    const order = await shop.viewOrder({ caller: BUYER, orderId: String(error.details['orderId']) });
    expect(order).to.include({ status: 'pending' });
    expect(paymentStatusOf(order)).to.equal('unpaid');
    expect(shop.released()).to.deep.equal(shop.reserved());
    expect(shop.booked()).to.deep.equal([]);
    expect(shop.mails()).to.deep.equal([]);
    shop.cards.next = 'captured';
    const paid = await shop.payOrder({
      caller: BUYER,
      orderId: order.id,
      payment: { method: 'card', cardId: null },
    });
    expect(paid.status).to.equal('processing');
    expect(paid.payments.map(({ status }) => status)).to.deep.equal(['declined', 'captured']);
  });

  it('fails with payment-failed when the gateway is unreachable', async () => {
    shop.cards.next = 'refused';
    const error = await expectCode(shop.order([{ productId, quantity: 1 }]), 'payment-failed');
    expect(await shop.stockOf(productId)).to.equal(9);
    const order = await shop.viewOrder({ caller: BUYER, orderId: String(error.details['orderId']) });
    expect(paymentStatusOf(order)).to.equal('unpaid');
  });

  it('leaves a payment in doubt until the reconciler settles it and releases its key, once', async () => {
    shop.cards.next = 'inDoubt';
    const order = await shop.order([{ productId, quantity: 1 }]);
    expect(paymentStatusOf(order)).to.equal('inDoubt');
    expect(shop.released()).to.deep.equal([]);
    await shop.reconcilePayments();
    expect((await shop.orderQueries.find(order.id))?.status, 'too young').to.equal('pending');
    shop.clock.advance(6 * SECOND);
    shop.cards.reachable = false;
    await shop.reconcilePayments();
    expect((await shop.orderQueries.find(order.id))?.status, 'nobody can say').to.equal('pending');
    shop.cards.reachable = true;
    await shop.reconcilePayments();
    await shop.reconcilePayments();
    for (const reference of [order.id, order.payments[0]!.id])
      expect((await shop.resumePayment({ reference })).status).to.equal('processing');
    expect(shop.booked()).to.have.length(1);
    expect(shop.released()).to.deep.equal(shop.reserved());
    expect(shop.mails()).to.deep.equal(['placed']);
  });

  it('returns the order when the reconciler settles the payment before the request', async () => {
    shop.cards.meanwhile = async () => {
      const [order] = (await shop.orderQueries.list({}, { limit: 1 }, true)).items;
      shop.cards.charges.set(order!.payments[0]!.id, { outcome: 'captured', amount: 1000, currency: 'EUR' });
      shop.clock.advance(10 * SECOND);
      await shop.reconcilePayments();
    };
    const order = await shop.order([{ productId, quantity: 1 }]);
    expect(order.status).to.equal('processing');
    expect(shop.booked()).to.have.length(1);
    expect(shop.mails()).to.deep.equal(['placed']);
  });

  it('fails a charge that does not reach the gateway in two minutes; the order can be paid again', async () => {
    shop.cards.next = 'lost';
    const order = await shop.order([{ productId, quantity: 1 }]);
    shop.clock.advance(MINUTE);
    await shop.reconcilePayments();
    expect(paymentStatusOf((await shop.orderQueries.find(order.id))!)).to.equal('inDoubt');
    shop.clock.advance(MINUTE);
    await shop.reconcilePayments();
    expect(paymentStatusOf((await shop.orderQueries.find(order.id))!)).to.equal('unpaid');
    const error = await expectCode(shop.resumePayment({ reference: order.id }), 'payment-failed');
    expect(error.details).to.deep.equal({ orderId: order.id });
  });

  it('refunds a late charge of an order that is paid already', async () => {
    shop.cards.next = 'lost';
    const order = await shop.order([{ productId, quantity: 1 }]);
    shop.clock.advance(2 * MINUTE);
    await shop.reconcilePayments();
    await shop.payOrder({ caller: STAFF, orderId: order.id, payment: { method: 'desk' } });
    shop.cards.charges.set(order.payments[0]!.id, { outcome: 'captured', amount: 1000, currency: 'EUR' });
    await shop.reconcilePayments();
    await shop.runRefundJobs();
    expect(shop.booked().map(({ kind, method }) => `${method} ${kind}`)).to.have.members([
      'desk payment',
      'card payment',
      'card refund',
    ]);
    expect([...shop.cards.refunds.values()]).to.deep.equal([
      { chargeKey: order.payments[0]!.id, amount: 1000 },
    ]);
  });

  it('does not use the gateway for desk orders and for orders that cost nothing', async () => {
    const desk = await shop.order([{ productId, quantity: 1 }], DESK);
    expect(desk).to.include({ status: 'pending', method: 'desk' });
    const free = (await shop.product({ price: eur(0) })).product.id;
    expect(await shop.order([{ productId: free, quantity: 1 }])).to.include({
      status: 'processing',
      total: 0,
    });
    expect(shop.cards.charges.size).to.equal(0);
    expect(shop.booked()).to.deep.equal([]);
    expect(shop.mails()).to.deep.equal(['placed', 'placed']);
  });

  it('releases the key of an order that costs nothing with the order, so that a retry gets the order', async () => {
    const free = (await shop.product({ price: eur(0) })).product.id;
    const find = shop.orderQueries.find.bind(shop.orderQueries);
    shop.orderQueries.find = () => Promise.reject(new Error('the second transaction fails'));
    expect(await rejection(shop.order([{ productId: free, quantity: 1 }]))).to.include({
      message: 'the second transaction fails',
    });
    shop.orderQueries.find = find;
    expect(shop.released()).to.have.length(1).and.deep.equal(shop.reserved());
    const [reference] = shop.reserved();
    expect(await shop.resumePayment({ reference: reference! })).to.include({
      total: 0,
      status: 'processing',
    });
  });

  it('reserves nothing for a buyer without a card', async () => {
    shop.cards.noCard = true;
    await expectCode(shop.order([{ productId, quantity: 1 }]), 'no-card');
    await untouched();
  });

  it('allows only staff to order for somebody else, with that user\u2019s card', async () => {
    const lines = [{ productId, quantity: 1 }];
    await expectCode(shop.order(lines, { userId: OTHER.userId }), 'forbidden');
    await untouched();
    const order = await shop.order(lines, { caller: STAFF, userId: OTHER.userId });
    expect(order.userId).to.equal(OTHER.userId);
    expect(shop.cards.resolved).to.deep.equal([{ userId: OTHER.userId, cardId: null }]);
    const stranger = '01930000-0000-7000-8000-00000000dead';
    const error = await expectCode(
      shop.order(lines, { ...DESK, caller: STAFF, userId: stranger }),
      'validation',
    );
    expect(pointersOf(error)).to.deep.equal(['/userId']);
  });

  describe('with a discount', () => {
    const lines = () => [{ productId, quantity: 1 }];
    it('counts its use, and releases it when the order is cancelled', async () => {
      const { id, code } = await shop.discount({ maxUses: 1 });
      const order = await shop.order(lines(), { discountCode: code.toLowerCase(), ...DESK });
      expect((await shop.discountQueries.find(id))?.used).to.equal(1);
      await expectCode(
        shop.order(lines(), { discountCode: code, caller: OTHER, ...DESK }),
        'discount-exhausted',
      );
      await shop.cancelOrder({ caller: BUYER, orderId: order.id, expectedVersion: undefined });
      expect((await shop.discountQueries.find(id))?.used).to.equal(0);
      await shop.order(lines(), { discountCode: code, caller: OTHER, ...DESK });
    });

    it('enforces the limit of uses per buyer', async () => {
      const { code } = await shop.discount({ maxUsesPerUser: 1 });
      await shop.order(lines(), { discountCode: code, ...DESK });
      await expectCode(shop.order(lines(), { discountCode: code, ...DESK }), 'discount-exhausted');
      await shop.order(lines(), { discountCode: code, caller: OTHER, ...DESK });
    });

    it('refuses an unknown or past code and too small an order, without writing anything', async () => {
      await shop.discount({ code: 'OVER', endsAt: new Date('2026-11-21T09:00:00.000Z') });
      await shop.discount({ code: 'LARGE', minSubtotal: eur(1001) });
      for (const [discountCode, code] of [
        ['UNKNOWN', 'discount-inactive'],
        ['OVER', 'discount-inactive'],
        ['LARGE', 'discount-minimum'],
      ] as const) {
        await expectCode(shop.order(lines(), { discountCode }), code);
        await expectCode(shop.quoteOrder({ lines: lines(), discountCode }), code);
      }
      await untouched();
    });

    it('needs no payment when the discount covers the total', async () => {
      const { code } = await shop.discount({ reduction: { kind: 'fixed', amount: eur(999_999) } });
      const order = await shop.order(lines(), { discountCode: code });
      expect(order).to.include({ total: 0, discount: 1000, status: 'processing' });
      expect(order.payments).to.deep.equal([]);
    });
  });
});
