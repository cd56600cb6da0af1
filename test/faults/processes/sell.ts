import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentGateway } from '../../../src/kernel/payment-gateway.js';
import { staff, member, type ShopCradle } from '../../support/shop-on-postgres.js';
import { openShopAt } from '../../support/open-shop.js';

/**
 * `tsx sell.ts URL CLERK PRODUCTS BUYERS` (the last two as comma-separated ids): eight loops sell, pay again, ship,
 * refund and cancel until the process is killed. The gateway waits for a random time before and after each charge, so
 * that a kill finds orders in every state.
 */
const [databaseUrl = '', clerk = '', products = '', buyers = ''] = process.argv.slice(2);
const productIds = products.split(',');
const buyerIds = buyers.split(',');
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)]!;
const moment = () => sleep(Math.random() * 25);

const real = (openShopAt(databaseUrl).cradle as ShopCradle).paymentGateway;
const paymentGateway: PaymentGateway = {
  ...real,
  async confirm(charge) {
    await moment();
    const result = await real.confirm(charge);
    await moment();
    return result;
  },
  async refund(refund) {
    await moment();
    const result = await real.refund(refund);
    await moment();
    return result;
  },
};
const cradle = openShopAt(databaseUrl, { paymentGateway }).cradle as ShopCradle;

async function sell(): Promise<void> {
  const userId = pick(buyerIds);
  const order = await cradle.placeOrder({
    caller: member(userId),
    userId: null,
    lines: [pick(productIds), pick(productIds)].map((productId) => ({ productId, quantity: 1 })),
    discountCode: Math.random() < 0.5 ? 'HALF' : null,
    payment: Math.random() < 0.8 ? { method: 'card', cardId: null } : { method: 'desk' },
    expectedTotal: null,
  });
  const caller = staff(clerk);
  const command = { caller, orderId: order.id, expectedVersion: undefined };
  const turn = Math.random();
  if (order.status === 'pending' && turn < 0.5)
    await cradle.payOrder({ caller, orderId: order.id, payment: { method: 'desk' } });
  if (turn < 0.2) await cradle.cancelOrder(command);
  else if (turn < 0.4)
    await cradle.refundOrder({
      caller,
      orderId: order.id,
      amount: { amount: 100, currency: 'EUR' },
      reason: 'x',
      restock: [{ lineId: order.lines[0]!.id, quantity: 1 }],
    });
  else if (turn < 0.6) await cradle.shipOrder(command);
}

async function work(): Promise<void> {
  // Refusals are expected: declined cards, waiting orders, too little stock.
  for (;;) await sell().catch(() => undefined);
}
// The first sale is slow on a slow machine, and the kill should come during later ones.
await sell().catch(() => undefined);
console.log('selling');
await Promise.all(Array.from({ length: 8 }, work));
