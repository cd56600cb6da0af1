import { expect } from 'chai';
import { DAY, MINUTE, SECOND } from '../../src/kernel/clock.js';
import { paymentStatusOf, type Order } from '../../src/storefront/application/domain-types.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { BUYER, eur, openShop, OTHER, STAFF, type Shop } from './shop.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('after checkout', () => {
  let shop: Shop;
  let productId: string;
  beforeEach(async () => {
    shop = openShop();
    productId = (await shop.product()).product.id;
  });
  const ordered = (changes = {}): Promise<Order> => shop.order([{ productId, quantity: 4 }], changes);
  const read = async ({ id }: Order): Promise<Order> => (await shop.orderQueries.find(id))!;
  const cancel = ({ id }: Order, caller: typeof BUYER | typeof OTHER | typeof STAFF = BUYER) =>
    shop.cancelOrder({ caller, orderId: id, expectedVersion: undefined });
  const refund = (order: Order, amount: number, quantity = 0) =>
    shop.refundOrder({
      caller: STAFF,
      orderId: order.id,
      amount: eur(amount),
      reason: 'broken',
      restock: quantity === 0 ? [] : [{ lineId: order.lines[0]!.id, quantity }],
    });

  describe('cancelling', () => {
    it('restocks every piece at once and enqueues the refund of a card payment', async () => {
      const order = await ordered();
      const cancelled = await cancel(order);
      expect(cancelled.status).to.equal('cancelled');
      expect(await shop.stockOf(productId)).to.equal(10);
      expect(cancelled.refunds[0]).to.include({ amount: 4000, status: 'pending' });
      expect(shop.booked()).to.have.length(1);
      await shop.runRefundJobs();
      expect(paymentStatusOf(await read(order))).to.equal('refunded');
      expect(shop.booked().map(({ kind, amount }) => [kind, amount])).to.deep.equal([
        ['payment', 4000],
        ['refund', 4000],
      ]);
      expect(shop.mails()).to.deep.equal(['placed', 'cancelled', 'refunded']);
    });

    it('refunds a desk payment at once', async () => {
      const order = await ordered(DESK);
      await shop.payOrder({ caller: STAFF, orderId: order.id, ...DESK });
      expect(paymentStatusOf(await cancel(order))).to.equal('refunded');
      expect(shop.booked().map(({ kind, method }) => `${method} ${kind}`)).to.deep.equal([
        'desk payment',
        'desk refund',
      ]);
    });

    it('restocks only pieces that have not come back before', async () => {
      const order = await ordered();
      await refund(order, 1000, 1);
      expect(await shop.stockOf(productId)).to.equal(7);
      const cancelled = await cancel(order);
      expect(await shop.stockOf(productId)).to.equal(10);
      expect(cancelled.refunds.map(({ amount }) => amount)).to.deep.equal([1000, 3000]);
    });

    it('is allowed to the buyer and staff, until the order is shipped, with the current version', async () => {
      const order = await ordered();
      await expectCode(cancel(order, OTHER), 'not-found');
      await expectCode(
        shop.cancelOrder({ caller: BUYER, orderId: order.id, expectedVersion: order.version - 1 }),
        'version-mismatch',
      );
      await shop.shipOrder({ caller: STAFF, orderId: order.id, expectedVersion: order.version });
      await expectCode(cancel(order, STAFF), 'invalid-transition');
      expect(await shop.stockOf(productId)).to.equal(6);
    });
  });

  describe('expiry', () => {
    it('cancels unpaid orders once', async () => {
      const order = await ordered(DESK);
      shop.clock.advance(7 * DAY - 1);
      await shop.expireOrders();
      expect((await read(order)).status).to.equal('pending');
      shop.clock.advance(1);
      await Promise.all([shop.expireOrders(), shop.expireOrders()]);
      expect((await read(order)).status).to.equal('cancelled');
      expect(await shop.stockOf(productId)).to.equal(10);
      expect(shop.mails()).to.deep.equal(['placed', 'expired']);
    });

    it('does not cancel an order whose payment is in doubt', async () => {
      shop.cards.next = 'inDoubt';
      const order = await ordered();
      shop.clock.advance(DAY);
      await shop.expireOrders();
      expect((await read(order)).status).to.equal('pending');
      await shop.reconcilePayments();
      await shop.expireOrders();
      expect((await read(order)).status).to.equal('processing');
    });
  });

  describe('paying later', () => {
    it('allows only staff to take money at the desk', async () => {
      const order = await ordered(DESK);
      const pay = (caller: typeof BUYER | typeof OTHER | typeof STAFF) =>
        shop.payOrder({ caller, orderId: order.id, ...DESK });
      await expectCode(pay(OTHER), 'not-found');
      await expectCode(pay(BUYER), 'forbidden');
      expect(await pay(STAFF)).to.include({ status: 'processing', expiresAt: null });
      expect((await expectCode(pay(STAFF), 'invalid-transition')).details).to.deep.include({
        from: 'processing',
        to: 'processing',
      });
      expect(shop.booked()).to.have.length(1);
    });

    it('refuses a second payment while the first is in doubt', async () => {
      shop.cards.next = 'inDoubt';
      const order = await ordered();
      await expectCode(
        shop.payOrder({ caller: BUYER, orderId: order.id, payment: { method: 'card', cardId: null } }),
        'payment-in-doubt',
      );
      await expectCode(shop.payOrder({ caller: STAFF, orderId: order.id, ...DESK }), 'payment-in-doubt');
    });
  });

  describe('a refund', () => {
    it('is pending until the gateway has sent it, and never exceeds the captured amount', async () => {
      const order = await ordered();
      const refunded = await refund(order, 2500);
      expect(refunded.refunds[0]).to.include({ status: 'pending', amount: 2500 });
      const error = await expectCode(refund(order, 1501), 'refund-exceeds-captured');
      expect(error.details).to.deep.equal({ refundable: eur(1500) });
      await shop.runRefundJobs();
      expect(paymentStatusOf(await read(order))).to.equal('partlyRefunded');
      await refund(order, 1500);
      await shop.runRefundJobs();
      await shop.runRefundJobs();
      expect(paymentStatusOf(await read(order))).to.equal('refunded');
      expect(shop.booked().filter(({ kind }) => kind === 'refund')).to.have.length(2);
      expect(shop.cards.refunds.size).to.equal(2);
    });

    it('moves no money when the gateway refuses it', async () => {
      const order = await ordered();
      await refund(order, 4000);
      shop.cards.nextRefund = 'failed';
      await shop.runRefundJobs();
      expect(paymentStatusOf(await read(order))).to.equal('paid');
      expect(shop.booked()).to.have.length(1);
      await refund(order, 4000);
    });

    it('is retried by its job or by the reconciler when its outcome is in doubt', async () => {
      const order = await ordered();
      await refund(order, 4000);
      shop.cards.nextRefund = 'inDoubt';
      expect(await rejection(shop.runRefundJobs())).to.have.property('name', 'RefundUnsettled');
      shop.cards.nextRefund = 'succeeded';
      shop.clock.advance(MINUTE + SECOND);
      await shop.reconcilePayments();
      expect(paymentStatusOf(await read(order))).to.equal('refunded');
    });

    it('restocks lines of the order only, each once, and at most the pieces sold', async () => {
      const order = await ordered();
      const lineId = order.lines[0]!.id;
      const restocking = (restock: { lineId: string; quantity: number }[]) =>
        shop.refundOrder({ caller: STAFF, orderId: order.id, amount: eur(1), reason: 'x', restock });
      const foreign = await expectCode(restocking([{ lineId: productId, quantity: 1 }]), 'validation');
      expect(pointersOf(foreign)).to.deep.equal(['/restock/0/lineId']);
      const twice = await expectCode(
        restocking([
          { lineId, quantity: 1 },
          { lineId, quantity: 1 },
        ]),
        'validation',
      );
      expect(pointersOf(twice)).to.deep.equal(['/restock/1/lineId']);
      await expectCode(restocking([{ lineId, quantity: 5 }]), 'restock-exceeds-sold');
      expect(await shop.stockOf(productId)).to.equal(6);
    });
  });

  it('keeps name and price of an ordered product when the product changes', async () => {
    const order = await ordered();
    await shop.changeProduct({
      productId,
      changes: { name: 'Another name', sku: 'OTHER', price: eur(1) },
      expectedVersion: null,
    });
    await shop.removeProduct({ productId, expectedVersion: null });
    expect((await read(order)).lines).to.deep.equal(order.lines);
    expect((await shop.productQueries.find(productId))?.product).to.include({ isActive: false });
  });

  it('mails the ordered products and their prices', async () => {
    const { code } = await shop.discount({ code: 'TEN' });
    const order = await ordered({ discountCode: code, ...DESK });
    await shop.sendOrderMail({ jobId: 'job', orderId: order.id, occasion: 'placed', refundId: null });
    const [letter] = shop.letters;
    expect(letter).to.include({ userId: BUYER.userId, subject: `Your order ${order.number}` });
    expect(letter?.text).to.match(
      /4 × Product 1: 36\.00 EUR[^]*Discount TEN: 4\.00 EUR[^]*Total: 36\.00 EUR/,
    );
    expect(letter?.text).to.include('pay at the desk before 2026-11-28');
  });
});

describe('products and discounts', () => {
  let shop: Shop;
  beforeEach(() => {
    shop = openShop();
  });

  it('change the stock by movements only, and never below zero', async () => {
    const { product } = await shop.product({ stock: 5 });
    const productId = product.id;
    await shop.adjustStock({ productId, delta: -2, reason: 'broken' });
    const error = await expectCode(
      shop.adjustStock({ productId, delta: -4, reason: 'more' }),
      'insufficient-stock',
    );
    expect(error.details).to.deep.equal({ lines: [{ productId, requested: 4, available: 3 }] });
    const { items } = await shop.productQueries.movements(productId, { limit: 10 });
    expect(items.map(({ delta }) => delta)).to.have.members([5, -2]);
    expect(await shop.productQueries.find(productId)).to.deep.include({ stock: 3, product });
  });

  it('refuse prices in another currency', async () => {
    await expectCode(shop.product({ price: { amount: 1, currency: 'JPY' } }), 'currency-mismatch');
    const { product } = await shop.product();
    const changes = { price: { amount: 1, currency: 'JPY' } };
    await expectCode(
      shop.changeProduct({ productId: product.id, changes, expectedVersion: null }),
      'currency-mismatch',
    );
  });

  it('are deleted when no order refers to them', async () => {
    const { product } = await shop.product();
    await shop.removeProduct({ productId: product.id, expectedVersion: undefined });
    expect(await shop.productQueries.find(product.id)).to.equal(undefined);
    const { id } = await shop.discount();
    await shop.removeDiscount({ discountId: id, expectedVersion: undefined });
    expect(await shop.discountQueries.find(id)).to.equal(undefined);
  });

  it('keep the kind of a discount', async () => {
    const { id } = await shop.discount();
    await expectCode(
      shop.changeDiscount({ discountId: id, changes: { amount: eur(1) }, expectedVersion: null }),
      'validation',
    );
    const changed = await shop.changeDiscount({
      discountId: id,
      changes: { basisPoints: 500, maxUses: 3, minSubtotal: eur(10) },
      expectedVersion: 1,
    });
    expect(changed).to.deep.include({
      reduction: { kind: 'percent', basisPoints: 500 },
      maxUses: 3,
      version: 2,
    });
    const lifted = await shop.changeDiscount({
      discountId: id,
      changes: { maxUses: null, minSubtotal: null },
      expectedVersion: 2,
    });
    expect(lifted).to.include({ maxUses: null, minSubtotal: 0 });
  });
});
