import type { StockedProduct } from '../../src/storefront/application/domain-types.js';
import { FakeCards } from '../support/fakes/cards.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { containerOver, over } from '../support/in-memory-container.js';
import { makeInMemoryStorefront } from '../support/in-memory/storefront.js';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
export const BUYER = { userId: '01930000-0000-7000-8000-0000000000b1', role: 'member' } as const;
export const OTHER = { userId: '01930000-0000-7000-8000-0000000000b2', role: 'member' } as const;
export const STAFF = { userId: '01930000-0000-7000-8000-0000000000b3', role: 'staff' } as const;

/** The real container over the shop's in-memory adapters, with a fake gateway and a fake clock. */
export function openShop({ timeZone = 'UTC' }: Readonly<{ timeZone?: string }> = {}) {
  const memory = makeInMemoryStorefront();
  const cards = new FakeCards();
  const clock = new FakeClock();
  const letters: { userId: string; subject: string; text: string }[] = [];
  const active = new Set<string>();
  for (const { userId } of [BUYER, OTHER, STAFF]) {
    memory.addUser(userId);
    active.add(userId);
  }
  const { storefrontUnitOfWork, productQueries, discountQueries, orderQueries } = memory;
  const container = containerOver({
    storefrontUnitOfWork,
    productQueries,
    discountQueries,
    orderQueries,
    cardCharges: cards,
    buyers: { isActive: (userId: string) => Promise.resolve(active.has(userId)) },
    practice: { currency: 'EUR', timeZone },
    clock,
    ids: new FakeIds(),
    userMailer: {
      write: (letter: (typeof letters)[number]) => {
        letters.push(letter);
        return Promise.resolve();
      },
    },
  });
  const useCases = container.cradle;
  let serial = 0;
  return over(container.cradle, {
    ...memory,
    cards,
    clock,
    letters,
    /** Disables or erases the user. */
    deactivate(userId: string): void {
      active.delete(userId);
    },
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
          await useCases.settleRefund({
            orderId: String(payload['orderId']),
            refundId: String(payload['refundId']),
          });
    },
    mails: () =>
      memory
        .jobs()
        .filter(({ kind }) => kind === 'storefront.order-mail')
        .map(({ payload }) => payload['occasion']),
  });
}
export type Shop = ReturnType<typeof openShop>;
