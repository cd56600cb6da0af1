import type { StockedProduct } from '../../src/storefront/application/domain-types.js';
import { makeAddDiscount } from '../../src/storefront/application/add-discount.js';
import { makeAddProduct } from '../../src/storefront/application/add-product.js';
import { makeAdjustStock } from '../../src/storefront/application/adjust-stock.js';
import { makeCancelOrder } from '../../src/storefront/application/cancel-order.js';
import { makeChangeDiscount } from '../../src/storefront/application/change-discount.js';
import { makeChangeProduct } from '../../src/storefront/application/change-product.js';
import { makeCollectPayment } from '../../src/storefront/application/collect-payment.js';
import { makeExpireOrders } from '../../src/storefront/application/expire-orders.js';
import { makeDeliverOrder, makeShipOrder } from '../../src/storefront/application/fulfill-order.js';
import { makePayOrder } from '../../src/storefront/application/pay-order.js';
import { makePlaceOrder } from '../../src/storefront/application/place-order.js';
import { makeQuoteOrder } from '../../src/storefront/application/quote-order.js';
import { makeReconcilePayments } from '../../src/storefront/application/reconcile-payments.js';
import { makeRefundOrder } from '../../src/storefront/application/refund-order.js';
import { makeRemoveDiscount } from '../../src/storefront/application/remove-discount.js';
import { makeRemoveProduct } from '../../src/storefront/application/remove-product.js';
import { makeResumePayment } from '../../src/storefront/application/resume-payment.js';
import { makeSendOrderMail } from '../../src/storefront/application/send-order-mail.js';
import { makeSettleRefund } from '../../src/storefront/application/settle-refund.js';
import { makeListOrders } from '../../src/storefront/application/list-orders.js';
import { makeViewOrder } from '../../src/storefront/application/view-order.js';
import { FakeCards } from '../support/fakes/cards.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { makeInMemoryStorefront } from '../support/in-memory/storefront.js';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
export const BUYER = { userId: '01930000-0000-7000-8000-0000000000b1', role: 'member' } as const;
export const OTHER = { userId: '01930000-0000-7000-8000-0000000000b2', role: 'member' } as const;
export const STAFF = { userId: '01930000-0000-7000-8000-0000000000b3', role: 'staff' } as const;

/** The shop's use cases over in-memory adapters, with a fake gateway and a fake clock. */
export function openShop() {
  const memory = makeInMemoryStorefront();
  const cards = new FakeCards();
  const clock = new FakeClock();
  const letters: { userId: string; subject: string; text: string }[] = [];
  for (const { userId } of [BUYER, OTHER, STAFF]) memory.addUser(userId);
  const base = {
    ...memory,
    cardCharges: cards,
    orderLimits: { unpaidOrders: null, unpaidPieces: null },
    practice: { currency: 'EUR', timeZone: 'UTC' },
    clock,
    ids: new FakeIds(),
    userMailer: {
      write: (letter: (typeof letters)[number]) => {
        letters.push(letter);
        return Promise.resolve();
      },
    },
  };
  const collectPayment = makeCollectPayment(base);
  const settleRefund = makeSettleRefund(base);
  const paying = { ...base, collectPayment };
  const useCases = {
    addProduct: makeAddProduct(base),
    changeProduct: makeChangeProduct(base),
    removeProduct: makeRemoveProduct(base),
    adjustStock: makeAdjustStock(base),
    addDiscount: makeAddDiscount(base),
    changeDiscount: makeChangeDiscount(base),
    removeDiscount: makeRemoveDiscount(base),
    quoteOrder: makeQuoteOrder(base),
    placeOrder: makePlaceOrder(paying),
    payOrder: makePayOrder(paying),
    resumePayment: makeResumePayment(base),
    cancelOrder: makeCancelOrder(base),
    shipOrder: makeShipOrder(base),
    deliverOrder: makeDeliverOrder(base),
    refundOrder: makeRefundOrder(base),
    settleRefund,
    reconcilePayments: makeReconcilePayments({ ...base, settleRefund }),
    expireOrders: makeExpireOrders(base),
    sendOrderMail: makeSendOrderMail(base),
    viewOrder: makeViewOrder(base),
    listOrders: makeListOrders(base),
  };
  let serial = 0;
  return {
    ...memory,
    ...useCases,
    cards,
    clock,
    letters,
    product(fields: Partial<Parameters<typeof useCases.addProduct>[0]> = {}): Promise<StockedProduct> {
      serial += 1;
      return useCases.addProduct({
        sku: `SKU-${serial}`,
        name: `Product ${serial}`,
        description: null,
        price: eur(1000),
        stock: 10,
        isActive: true,
        ...fields,
      });
    },
    discount(fields: Partial<Parameters<typeof useCases.addDiscount>[0]> = {}) {
      serial += 1;
      return useCases.addDiscount({
        code: `CODE${serial}`,
        reduction: { kind: 'percent', basisPoints: 1000 },
        minSubtotal: null,
        startsAt: null,
        endsAt: null,
        maxUses: null,
        maxUsesPerUser: null,
        isActive: true,
        ...fields,
      });
    },
    /** Orders by card by default. */
    order(
      lines: readonly Readonly<{ productId: string; quantity: number }>[],
      changes: Partial<Parameters<typeof useCases.placeOrder>[0]> = {},
    ) {
      return useCases.placeOrder({
        caller: BUYER,
        userId: null,
        lines,
        discountCode: null,
        payment: { method: 'card', cardId: null },
        expectedTotal: null,
        ...changes,
      });
    },
    async stockOf(productId: string): Promise<number | undefined> {
      return (await memory.productQueries.find(productId))?.stock;
    },
    /** Runs the enqueued jobs that settle refunds. */
    async runRefundJobs(): Promise<void> {
      for (const { kind, payload } of memory.jobs())
        if (kind === 'storefront.settle-refund')
          await settleRefund({ orderId: String(payload['orderId']), refundId: String(payload['refundId']) });
    },
    mails: () =>
      memory
        .jobs()
        .filter(({ kind }) => kind === 'storefront.order-mail')
        .map(({ payload }) => payload['occasion']),
  };
}
export type Shop = ReturnType<typeof openShop>;
