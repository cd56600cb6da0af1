import { expect } from 'chai';
import { MINUTE, plus, SECOND } from '../../src/kernel/clock.js';
import type { PageKey, PageRequest } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { serializedReplyOf } from '../../src/platform/database/serialized-reply.js';
import { toOrderView } from '../../src/storefront/application/order-view.js';
import type {
  DiscountQueries,
  OrderQueries,
  ProductQueries,
  StorefrontPorts,
} from '../../src/storefront/application/ports.js';
import { changeDiscount, type Discount } from '../../src/storefront/domain/discount.js';
import type { Order, OrderDraft } from '../../src/storefront/domain/order.js';
import { capturePayment, failPayment, payAtDesk } from '../../src/storefront/domain/order-payments.js';
import { cancelOrder } from '../../src/storefront/domain/order-progress.js';
import { refundOrder, settleRefund } from '../../src/storefront/domain/order-refunds.js';
import { toOrderReply } from '../../src/storefront/http/schemas.js';
import { changeProduct, type Product } from '../../src/storefront/domain/product.js';
import { aDiscount, aMovement, anOrder, aProduct, anAction, T0 } from '../support/builders/storefront.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type StorefrontAdapters = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  productQueries: ProductQueries;
  discountQueries: DiscountQueries;
  orderQueries: OrderQueries;
}>;

const T1 = plus(T0, 1_234);
const NOBODY = '01930000-ffff-7000-8000-00000000ffff';
const WORKERS = 20;

/** The contract of every adapter of the shop's ports. `makeUser` creates a user who may order and returns the id. */
export function storefrontContract(
  adapters: () => StorefrontAdapters,
  makeUser: (name?: string) => Promise<string>,
  { serializesReplies }: Readonly<{ serializesReplies: boolean }>,
): void {
  const run: UnitOfWork<StorefrontPorts>['run'] = (work) => adapters().storefrontUnitOfWork.run(work);
  const action = anAction({ at: T1 });

  async function onSale(changes: Partial<Product> = {}, pieces = 10): Promise<Product> {
    const product = aProduct(changes);
    await run(async ({ products, stock }) => {
      await products.insert(product);
      if (pieces > 0) await stock.move([aMovement({ productId: product.id, delta: pieces })]);
    });
    return product;
  }
  const stockOf = async ({ id }: Product): Promise<number | undefined> =>
    (await adapters().productQueries.find(id))?.stock;
  const made = async (changes: Partial<Discount> = {}): Promise<Discount> => {
    const discount = aDiscount(changes);
    await run(({ discounts }) => discounts.insert(discount));
    return discount;
  };
  const placed = (draft: OrderDraft): Promise<Order> => run(({ orders }) => orders.insert(draft));
  const saved = (order: Order): Promise<Order> => run(({ orders }) => orders.save(order));
  const found = async (id: string): Promise<Order> => (await adapters().orderQueries.find(id))!;

  /** Ids of all pages, two rows a page. */
  async function walk(
    list: (page: { limit: number; after?: PageKey | undefined }) => Promise<{
      items: readonly { id: string }[];
      next: PageKey | null;
    }>,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (let after: PageKey | undefined; ;) {
      const { items, next } = await list({ limit: 2, after });
      ids.push(...items.map(({ id }) => id));
      if (next === null) return ids;
      after = next;
    }
  }

  describe('products', () => {
    it('are read as they were saved, in a list, by id and under lock', async () => {
      const product = await onSale({
        name: 'Zahnbürste 🦷',
        description: 'weich\nund rund',
        price: 10_000_000_000,
      });
      const expected = { product, stock: 10 };
      expect(await adapters().productQueries.find(product.id)).to.deep.equal(expected);
      expect(await run(({ products }) => products.lock(product.id))).to.deep.equal(expected);
      const many = await adapters().productQueries.findMany([product.id, NOBODY]);
      expect([...many]).to.deep.equal([[product.id, expected]]);
      expect(await adapters().productQueries.find(NOBODY)).to.equal(undefined);
    });

    it('have SKUs that are unique without regard to case', async () => {
      const [one, two] = [await onSale(), await onSale()];
      await expectCode(onSale({ sku: one.sku }), 'sku-taken');
      await expectCode(
        run(({ products }) => products.save(changeProduct(two, { sku: one.sku }, T1))),
        'sku-taken',
      );
      await expectCode(onSale({ sku: one.sku.toLowerCase() }), 'sku-taken');
      expect(await adapters().productQueries.find(two.id)).to.deep.include({ product: two });
    });

    it('get the next version with every save, refuse an outdated version, and keep their stock', async () => {
      const product = await onSale();
      const renamed = await run(({ products }) => products.save(changeProduct(product, { name: 'New' }, T1)));
      expect(renamed).to.include({ version: 2, name: 'New' });
      await expectCode(
        run(({ products }) => products.save(changeProduct(product, { name: 'Newer' }, T1))),
        'version-mismatch',
      );
      expect(await adapters().productQueries.find(product.id)).to.deep.equal({ product: renamed, stock: 10 });
    });

    it('are found by a part of their name or description, without wildcards', async () => {
      const mark = `mark-${aProduct().sku}`;
      const named = await onSale({ name: `A ${mark} 100% brush_1` });
      const described = await onSale({ description: `with ${mark.toUpperCase()} inside` });
      const retired = await onSale({ name: `Old ${mark}`, isActive: false });
      const search = (q: string, isActive?: boolean) =>
        walk((page) =>
          adapters()
            .productQueries.list({ q, isActive }, page)
            .then(({ items, next }) => ({ items: items.map((item) => item.product), next })),
        );
      expect(await search(mark)).to.have.members([named.id, described.id, retired.id]);
      expect(await search(mark, true)).to.have.members([named.id, described.id]);
      expect(await search(mark, false)).to.deep.equal([retired.id]);
      expect(await search(`${mark} 100% brush_1`)).to.deep.equal([named.id]);
      expect(await search(`${mark} 100_ brush%1`)).to.deep.equal([]);
      expect(await search('\\')).to.deep.equal([]);
    });

    it('are deleted with their movements when they were never sold', async () => {
      const product = await onSale();
      await run(async ({ products }) => {
        expect(await products.wasSold(product.id)).to.equal(false);
        await products.delete(product.id);
      });
      expect(await adapters().productQueries.find(product.id)).to.equal(undefined);
      expect((await adapters().productQueries.movements(product.id, { limit: 5 })).items).to.deep.equal([]);
    });

    it('know whether they were ever sold', async () => {
      const product = await onSale();
      await placed(anOrder({ userId: await makeUser(), products: [product] }));
      expect(await run(({ products }) => products.wasSold(product.id))).to.equal(true);
    });
  });

  describe('stock', () => {
    it('moves several products at once and returns the stock before', async () => {
      const [one, two] = [await onSale({}, 5), await onSale({}, 7)];
      const moved = await run(({ stock }) =>
        stock.move([
          aMovement({ productId: two.id, delta: -7 }),
          aMovement({ productId: one.id, delta: 3 }),
          aMovement({ productId: NOBODY, delta: 1 }),
        ]),
      );
      expect(moved.size).to.equal(2);
      expect(moved.get(one.id)).to.deep.equal({ product: one, stock: 5, moved: true });
      expect(moved.get(two.id)).to.deep.equal({ product: two, stock: 7, moved: true });
      expect([await stockOf(one), await stockOf(two)]).to.deep.equal([8, 0]);
    });

    it('is never negative: a product that is short is not moved and gets no movement', async () => {
      const product = await onSale({}, 2);
      const moved = await run(({ stock }) => stock.move([aMovement({ productId: product.id, delta: -3 })]));
      expect(moved.get(product.id)).to.include({ stock: 2, moved: false });
      const { items } = await adapters().productQueries.movements(product.id, { limit: 5 });
      expect(items.map(({ delta }) => delta)).to.deep.equal([2]);
    });

    it('lists its movements, newest first', async () => {
      const product = await onSale({}, 0);
      const movements = [1, 2, 3, 4, 5].map((delta) =>
        aMovement({ productId: product.id, delta, createdAt: plus(T0, delta % 2 === 0 ? delta : 0) }),
      );
      for (const movement of movements) await run(({ stock }) => stock.move([movement]));
      const [first, second, third, fourth, fifth] = movements.map(({ id }) => id);
      expect(await walk((page) => adapters().productQueries.movements(product.id, page))).to.deep.equal([
        fourth,
        second,
        fifth,
        third,
        first,
      ]);
      expect(await stockOf(product)).to.equal(15);
    });

    it(`lets exactly ten of ${WORKERS} take the last ten`, async () => {
      const product = await onSale({}, 10);
      const outcomes = await Promise.all(
        Array.from({ length: WORKERS }, () =>
          run(({ stock }) => stock.move([aMovement({ productId: product.id, delta: -1 })])),
        ),
      );
      expect(outcomes.filter((moved) => moved.get(product.id)?.moved)).to.have.length(10);
      expect(await stockOf(product)).to.equal(0);
    });

    it('is rolled back when the unit of work throws', async () => {
      const product = await onSale();
      await rejection(
        run(async ({ stock }) => {
          await stock.move([aMovement({ productId: product.id, delta: -4 })]);
          throw new Error('and then it fails');
        }),
      );
      expect(await stockOf(product)).to.equal(10);
      expect((await adapters().productQueries.movements(product.id, { limit: 5 })).items).to.have.length(1);
    });
  });

  describe('discounts', () => {
    it('are read as they were saved, by id, by code and under lock', async () => {
      const all = [
        await made(),
        await made({
          reduction: { kind: 'fixed', amount: 10_000_000_000 },
          minSubtotal: 500,
          startsAt: T0,
          endsAt: T1,
          maxUses: 5,
          maxUsesPerUser: 1,
          isActive: false,
        }),
      ];
      for (const discount of all) {
        expect(await adapters().discountQueries.find(discount.id)).to.deep.equal(discount);
        expect(await adapters().discountQueries.findByCode(discount.code)).to.deep.equal(discount);
        await run(async ({ discounts }) => {
          expect(await discounts.lock(discount.id)).to.deep.equal(discount);
          expect(await discounts.lockByCode(discount.code)).to.deep.equal(discount);
        });
      }
      expect(await adapters().discountQueries.findByCode('NOBODY')).to.equal(undefined);
      const listed = await walk((page) => adapters().discountQueries.list(page));
      expect(listed).to.include.members(all.map(({ id }) => id));
      expect(new Set(listed).size).to.equal(listed.length);
    });

    it('have unique codes', async () => {
      const [one, two] = [await made(), await made()];
      await expectCode(made({ code: one.code }), 'code-taken');
      await expectCode(
        run(({ discounts }) => discounts.save(changeDiscount(two, { code: one.code }, T1))),
        'code-taken',
      );
    });

    it('get the next version with every save, which never changes the count of uses', async () => {
      const discount = await made({ maxUses: 3 });
      const userId = await makeUser();
      await run(({ discounts }) => discounts.take(discount.id, userId));
      const changed = await run(({ discounts }) =>
        discounts.save(changeDiscount(discount, { isActive: false }, T1)),
      );
      expect(changed.version).to.equal(2);
      expect(await adapters().discountQueries.find(discount.id)).to.include({ used: 1, isActive: false });
      await expectCode(
        run(({ discounts }) => discounts.save(discount)),
        'version-mismatch',
      );
    });

    it('count uses in total and per buyer, and enforce both limits', async () => {
      const discount = await made({ maxUses: 3, maxUsesPerUser: 2 });
      const [ann, ben] = [await makeUser(), await makeUser()];
      const take = (userId: string) => run(({ discounts }) => discounts.take(discount.id, userId));
      const usesBy = (userId: string) => run(({ discounts }) => discounts.usesBy(discount.id, userId));
      await take(ann);
      await take(ann);
      await expectCode(take(ann), 'discount-exhausted');
      expect((await adapters().discountQueries.find(discount.id))?.used).to.equal(2);
      await take(ben);
      await expectCode(take(ben), 'discount-exhausted');
      expect([await usesBy(ann), await usesBy(ben), await usesBy(NOBODY)]).to.deep.equal([2, 1, 0]);
      await run(({ discounts }) => discounts.release(discount.id, ann));
      expect([await usesBy(ann), await usesBy(ben)]).to.deep.equal([1, 1]);
      await take(ben);
      expect((await adapters().discountQueries.find(discount.id))?.used).to.equal(3);
    });

    it('refuse an unknown buyer', async () => {
      const { id } = await made();
      const error = await expectCode(
        run(({ discounts }) => discounts.take(id, NOBODY)),
        'validation',
      );
      expect(pointersOf(error)).to.deep.equal(['/userId']);
    });

    it('are deleted when no order was placed with them', async () => {
      const discount = await made();
      expect(await run(({ discounts }) => discounts.wasUsed(discount.id))).to.equal(false);
      await run(({ discounts }) => discounts.delete(discount.id));
      expect(await adapters().discountQueries.find(discount.id)).to.equal(undefined);
    });

    it('know whether an order was placed with them', async () => {
      const discount = await made();
      const [product, userId] = [await onSale(), await makeUser()];
      const { reduction } = discount;
      await placed(anOrder({ userId, products: [product], discount, reduction }));
      expect(await run(({ discounts }) => discounts.wasUsed(discount.id))).to.equal(true);
    });
  });

  describe('orders', () => {
    it('get an ascending number and are read completely', async () => {
      const products = [await onSale({ price: 333 }), await onSale({ price: 10_000_000_000 })];
      const discount = await made();
      const userId = await makeUser();
      const { reduction } = discount;
      const draft = anOrder({ userId, products, quantity: 3, discount, reduction, paysByCard: true });
      const one = await placed(draft);
      const two = await placed(anOrder({ userId, products, method: 'desk' }));
      expect(two.number).to.be.greaterThan(one.number);
      for (const order of [one, two]) {
        expect(await found(order.id)).to.deep.equal(order);
        expect(await run(({ orders }) => orders.lock(order.id))).to.deep.equal(order);
      }
      const { number: _number, ...rest } = one;
      expect(rest).to.deep.equal({ ...draft, pendingEvents: [] });
      expect(await adapters().orderQueries.findByPayment(one.payments[0]!.id)).to.deep.equal(one);
      expect(await adapters().orderQueries.find(NOBODY)).to.equal(undefined);
      expect(await adapters().orderQueries.findByPayment(NOBODY)).to.equal(undefined);
      expect(await run(({ orders }) => orders.lock(NOBODY))).to.equal(undefined);
    });

    it('need an existing user', async () => {
      const error = await expectCode(
        placed(anOrder({ userId: NOBODY, products: [await onSale()] })),
        'validation',
      );
      expect(pointersOf(error)).to.deep.equal(['/userId']);
    });

    it('are listed in every state as read models, serialized as the API declares them', async () => {
      const odd = 'Ein "Zahn" \\ / 🦷\u2028</script>';
      const product = await onSale({ name: odd, sku: `S"${Date.now()}` }, 100);
      const discount = await made();
      const userId = await makeUser();
      let second = 0;
      const next = () => anAction({ at: plus(T0, (second += 1) * SECOND) });
      const order = (changes: Partial<Parameters<typeof anOrder>[0]> = {}) =>
        placed(anOrder({ userId, products: [product], quantity: 3, ...changes }, next()));
      const paid = async () => {
        const unpaid = await order({ paysByCard: true });
        return saved(capturePayment(unpaid, unpaid.payments[0]!.id, next()));
      };
      const repaid = async (amount: number) => {
        const refunded = refundOrder(
          await paid(),
          { amount, reason: odd, restock: [], currency: 'EUR' },
          next(),
        );
        return saved(settleRefund(refunded, refunded.refunds[0]!.id, 'succeeded', next()));
      };
      await order({ discount, reduction: discount.reduction });
      const inDoubt = await order({ paysByCard: true });
      const declined = await order({ paysByCard: true });
      await saved(failPayment(declined, declined.payments[0]!.id, 'declined', next()));
      await saved(payAtDesk(await order(), next().nextId(), next()));
      await repaid(1);
      await repaid(inDoubt.total);
      await saved(
        refundOrder(await paid(), { amount: 1, reason: 'slow', restock: [], currency: 'EUR' }, next()),
      );
      await saved(cancelOrder(await order(), 'cancelled', next()));
      const list = (page: PageRequest) => adapters().orderQueries.list({ userId }, page, true);
      const { items } = await list({ limit: 100 });
      expect(new Set(items.map(({ paymentStatus }) => paymentStatus))).to.have.length(5);
      const expected = await Promise.all(items.map(async ({ id }) => toOrderView(await found(id))));
      const repliesOf = async (page: PageRequest) => {
        const orders = await list(page);
        return { ...orders, replies: orders.items.map((order) => serializedReplyOf(order)?.json) };
      };
      expect(items).to.deep.equal(expected);
      const first = await repliesOf({ limit: 2 });
      const rest = await repliesOf({ limit: 100, after: first.next! });
      expect([...first.items, ...rest.items]).to.deep.equal(expected);
      const declared = expected.map((order) => JSON.stringify(toOrderReply(order, 'EUR')));
      const replies = [...first.replies, ...rest.replies];
      expect(replies).to.deep.equal(serializesReplies ? declared : declared.map(() => undefined));
    });

    it('are saved with payments, refunds and restocked pieces', async () => {
      const [userId, product] = [await makeUser(), await onSale()];
      let order = await placed(anOrder({ userId, products: [product], quantity: 3, paysByCard: true }));
      order = await saved(capturePayment(order, order.payments[0]!.id, action));
      expect(order).to.include({ status: 'processing', version: 2, expiresAt: null });
      expect(await found(order.id)).to.deep.equal(order);
      const restock = [{ lineId: order.lines[0]!.id, quantity: 1 }];
      order = await saved(
        refundOrder(
          order,
          { amount: 100, reason: 'broken', restock, currency: 'EUR' },
          anAction({ at: plus(T1, 1) }),
        ),
      );
      expect(await found(order.id)).to.deep.equal(order);
      expect(order.refunds[0]).to.deep.include({ restock, status: 'pending' });
      order = await saved(
        settleRefund(order, order.refunds[0]!.id, 'succeeded', anAction({ at: plus(T1, 2) })),
      );
      order = await saved(cancelOrder(order, 'cancelled', anAction({ at: plus(T1, 3) })));
      expect(await found(order.id)).to.deep.equal(order);
      expect(order.refunds.map(({ status }) => status)).to.deep.equal(['succeeded', 'pending']);
    });

    it('refuse an outdated version', async () => {
      const [userId, product] = [await makeUser(), await onSale()];
      const order = await placed(anOrder({ userId, products: [product] }));
      await saved(payAtDesk(order, anAction().nextId(), action));
      await expectCode(saved(cancelOrder(order, 'cancelled', action)), 'version-mismatch');
      expect((await found(order.id)).status).to.equal('processing');
    });

    it('list their events, oldest first, with the names of users', async () => {
      const [userId, product] = [await makeUser('Ann Buyer'), await onSale()];
      const byBuyer = anAction({ by: userId });
      let order = await placed(anOrder({ userId, products: [product], paysByCard: true }, byBuyer));
      order = await saved(failPayment(order, order.payments[0]!.id, 'declined', action));
      await saved(cancelOrder(order, 'expired', anAction({ at: plus(T1, SECOND) })));
      const { items } = await adapters().orderQueries.events(order.id, { limit: 10 });
      expect(
        items.map(({ type, by, from, to, amount }) => ({ type, by: by?.name ?? null, from, to, amount })),
      ).to.deep.equal([
        { type: 'placed', by: 'Ann Buyer', from: null, to: 'pending', amount: 980 },
        { type: 'paymentStarted', by: 'Ann Buyer', from: null, to: null, amount: 980 },
        { type: 'paymentDeclined', by: null, from: null, to: null, amount: 980 },
        { type: 'expired', by: null, from: 'pending', to: 'cancelled', amount: null },
      ]);
      const walked = await walk((page) => adapters().orderQueries.events(order.id, page));
      expect(walked).to.deep.equal(items.map(({ id }) => id));
    });

    it('are listed by every filter, in either direction, page by page', async () => {
      const product = await onSale({}, 100);
      const discount = await made();
      const [ann, ben] = [await makeUser(), await makeUser()];
      const { reduction } = discount;
      const at = (ms: number) => anAction({ at: plus(T0, ms) });
      const first = await placed(anOrder({ userId: ann, products: [product] }, at(0)));
      const second = await placed(anOrder({ userId: ann, products: [product], discount, reduction }, at(5)));
      const third = await placed(anOrder({ userId: ann, products: [product] }, at(5)));
      const other = await placed(anOrder({ userId: ben, products: [product], discount, reduction }, at(9)));
      await saved(payAtDesk(second, anAction().nextId(), action));
      const list = (filter: Parameters<OrderQueries['list']>[0], newestFirst = true) =>
        walk((page) => adapters().orderQueries.list(filter, page, newestFirst));
      expect(await list({ userId: ann })).to.deep.equal([third.id, second.id, first.id]);
      expect(await list({ userId: ann }, false)).to.deep.equal([first.id, second.id, third.id]);
      expect(await list({ userId: ann, statuses: ['pending', 'shipped'] })).to.deep.equal([
        third.id,
        first.id,
      ]);
      expect(await list({ userId: ann, statuses: ['processing'] })).to.deep.equal([second.id]);
      expect(await list({ userId: ann, from: plus(T0, 5) })).to.deep.equal([third.id, second.id]);
      expect(await list({ userId: ann, to: plus(T0, 5) })).to.deep.equal([first.id]);
      expect(await list({ discountCode: discount.code })).to.deep.equal([other.id, second.id]);
      expect(await list({ discountCode: discount.code, userId: ben })).to.deep.equal([other.id]);
      expect(await list({})).to.include.members([first.id, second.id, third.id, other.id]);
    });

    it('are counted for their buyer while they are pending', async () => {
      const [userId, otherId, product] = [await makeUser(), await makeUser(), await onSale({}, 100)];
      const unpaidOf = (id: string) => run(({ orders }) => orders.lockUnpaidOf(id));
      await placed(anOrder({ userId: otherId, products: [product] }));
      expect(await unpaidOf(userId)).to.deep.equal({ orders: 0, pieces: 0 });
      await placed(anOrder({ userId, products: [product], quantity: 3 }));
      const paying = await placed(anOrder({ userId, products: [product], quantity: 2, paysByCard: true }));
      expect(await unpaidOf(userId)).to.deep.equal({ orders: 2, pieces: 5 });
      await saved(capturePayment(paying, paying.payments[0]!.id, action));
      expect(await unpaidOf(userId)).to.deep.equal({ orders: 1, pieces: 3 });
    });

    it('are found by the jobs: expired orders, payments in doubt or recently failed, pending refunds', async () => {
      const [userId, product] = [await makeUser(), await onSale({}, 100)];
      const overdue = await placed(anOrder({ userId, products: [product] }));
      const lost = await placed(anOrder({ userId, products: [product], paysByCard: true }));
      const doubtful = await placed(anOrder({ userId, products: [product], paysByCard: true }));
      await saved(failPayment(lost, lost.payments[0]!.id, 'failed', action));
      const refunded = await placed(anOrder({ userId, products: [product], paysByCard: true }));
      const paid = await saved(capturePayment(refunded, refunded.payments[0]!.id, action));
      await saved(refundOrder(paid, { amount: 1, reason: 'x', restock: [], currency: 'EUR' }, action));
      const mine = new Set([overdue, doubtful, lost, refunded].map(({ id }) => id));
      const queries = adapters().orderQueries;
      const expired = async (minutes: number) =>
        (await queries.expired(plus(T0, minutes * MINUTE), 1000)).filter((id) => mine.has(id));
      expect(await expired(14)).to.deep.equal([]);
      expect(await expired(15)).to.deep.equal([overdue.id]);
      expect(await expired(16)).to.deep.equal([overdue.id, lost.id]);
      const open = async (begunBefore: Date, failedSince: Date) =>
        (await queries.openPayments({ begunBefore, failedSince }, 1000))
          .filter(({ orderId }) => mine.has(orderId))
          .map(({ orderId, status }) => [orderId, status]);
      expect(await open(plus(T0, 1), T0)).to.deep.equal([
        [doubtful.id, 'processing'],
        [lost.id, 'failed'],
      ]);
      expect(await open(T0, T1)).to.deep.equal([]);
      const refunds = async (before: Date) =>
        (await queries.openRefunds(before, 1000)).filter(({ orderId }) => mine.has(orderId));
      expect(await refunds(T1)).to.deep.equal([]);
      expect((await refunds(plus(T1, 1))).map(({ orderId }) => orderId)).to.deep.equal([refunded.id]);
    });

    it(`lose no change of ${WORKERS} concurrent workers`, async () => {
      const [userId, product] = [await makeUser(), await onSale({ price: WORKERS })];
      const order = await placed(anOrder({ userId, products: [product], quantity: 1 }));
      await saved(payAtDesk(order, anAction().nextId(), action));
      const refund = { amount: 1, reason: 'x', restock: [], currency: 'EUR' };
      const outcomes = await Promise.allSettled(
        Array.from({ length: WORKERS + 5 }, () =>
          run(async ({ orders }) => orders.save(refundOrder((await orders.lock(order.id))!, refund, action))),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(WORKERS);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).to.have.property('code', 'refund-exceeds-captured');
      expect((await found(order.id)).refunds).to.have.length(WORKERS);
    });
  });
}
