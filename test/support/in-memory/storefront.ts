import { invalidField, versionMismatch } from '../../../src/kernel/errors.js';
import type { NewJob } from '../../../src/kernel/outbox.js';
import { toPage, type Page, type PageKey, type PageRequest } from '../../../src/kernel/page.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import type {
  Bookkeeper,
  DiscountQueries,
  DiscountRepository,
  OrderFilter,
  OrderQueries,
  OrderRepository,
  PaymentRecord,
  ProductQueries,
  ProductRepository,
  RefundRecord,
  Stock,
  StorefrontPorts,
} from '../../../src/storefront/application/ports.js';
import {
  nextDiscountVersion,
  restoreDiscount,
  type Discount,
} from '../../../src/storefront/domain/discount.js';
import { codeTaken, discountExhausted, skuTaken } from '../../../src/storefront/domain/errors.js';
import { nextOrderVersion, restoreOrder, type Order } from '../../../src/storefront/domain/order.js';
import type { OrderEvent } from '../../../src/storefront/domain/order-event.js';
import { isExpired } from '../../../src/storefront/domain/order-progress.js';
import {
  canonicalSku,
  nextProductVersion,
  restoreProduct,
  type Product,
  type StockedProduct,
} from '../../../src/storefront/domain/product.js';
import type { StockMovement } from '../../../src/storefront/domain/stock.js';
import { toOrderView, type OrderView } from '../../../src/storefront/application/order-view.js';
import { FakeIds } from '../fakes/ids.js';
import { makeInMemoryOutbox, storedJobs } from './outbox.js';
import { InMemoryStore, type Table } from './store.js';

const makeAsync =
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> => {
    await Promise.resolve(); // A real adapter is always asynchronous.
    return work(...args);
  };

type ProductRow = Readonly<{ id: string; product: Product; stock: number }>;
type UseRow = Readonly<{ id: string; discountId: string; used: number }>;
type EventRow = OrderEvent & Readonly<{ orderId: string }>;
type UserRow = Readonly<{ id: string; name: string }>;
export type Booked = Readonly<{
  id: string;
  orderId: string;
  kind: 'payment' | 'refund';
  method: string;
  amount: number;
}>;

const toStocked = ({ product, stock }: ProductRow): StockedProduct => ({
  product: restoreProduct(product),
  stock,
});

/** A page of `rows`, which are sorted by the key. */
function pageOf<Row>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
  keyOf: (row: Row) => readonly [number, string],
  descending: boolean,
): Page<Row> {
  const direction = descending ? -1 : 1;
  const compare = (a: PageKey, b: PageKey): number =>
    direction *
    (Number(a[0]) - Number(b[0]) || (String(a[1]) < String(b[1]) ? -1 : String(a[1]) > String(b[1]) ? 1 : 0));
  const sorted = [...rows].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const rest = after === undefined ? sorted : sorted.filter((row) => compare(keyOf(row), after) > 0);
  return toPage(rest.slice(0, limit + 1), limit, keyOf);
}

export type InMemoryStorefront = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  productQueries: ProductQueries;
  discountQueries: DiscountQueries;
  orderQueries: OrderQueries;
  addUser(id: string, name?: string): void;
  jobs(): readonly NewJob[];
  /** The ledger postings. */
  booked(): readonly Booked[];
  /** References of the idempotency keys that were reserved, and of those that were released. */
  reserved(): readonly string[];
  released(): readonly string[];
  store: InMemoryStore;
}>;

/** In-memory adapters of the shop's ports. They pass the same contract suite as the SQL adapters (test/contracts). */
export function makeInMemoryStorefront(
  store = new InMemoryStore(),
  { bookkeeper }: Readonly<{ bookkeeper?: Bookkeeper }> = {},
): InMemoryStorefront {
  const products: Table<ProductRow> = store.table('products');
  const movements: Table<StockMovement> = store.table('stock_movements');
  const discounts: Table<Discount> = store.table('discounts');
  const uses: Table<UseRow> = store.table('discount_uses');
  const orders: Table<Order> = store.table('orders');
  const buyers: Table<Readonly<{ id: string }>> = store.table('buyers');
  const events: Table<EventRow> = store.table('order_events');
  const users: Table<UserRow> = store.table('users');
  const books: Table<Booked> = store.table('books');
  const keys: Table<Readonly<{ id: string; released: boolean }>> = store.table('keys');
  let lastNumber = 1000;

  const assertUser = (id: string): void => {
    if (users.get(id) === undefined) throw invalidField('/userId', 'There is no such user.');
  };
  const useId = (id: string, userId: string): string => `${id}/${userId}`;

  const hasSku =
    ({ sku }: Product) =>
    ({ product }: ProductRow): boolean =>
      canonicalSku(product.sku) === canonicalSku(sku);
  const productRepository: ProductRepository = {
    lock: makeAsync((id) => {
      const row = products.lock(id);
      return row && toStocked(row);
    }),
    insert: makeAsync((product) => {
      if (products.all().some(hasSku(product))) throw skuTaken();
      products.put({ id: product.id, product, stock: 0 });
    }),
    save: makeAsync((product) => {
      const row = products.get(product.id);
      if (row?.product.version !== product.version) throw versionMismatch();
      if (products.all().some((other) => other.id !== product.id && hasSku(product)(other))) throw skuTaken();
      const saved = nextProductVersion(product);
      products.put({ ...row, product: saved });
      return saved;
    }),
    wasSold: makeAsync((id) =>
      orders.all().some(({ lines }) => lines.some(({ productId }) => productId === id)),
    ),
    delete: makeAsync((id) => {
      for (const { id: movementId, productId } of movements.all())
        if (productId === id) movements.delete(movementId);
      products.delete(id);
    }),
  };

  const stock: Stock = {
    move: makeAsync((wanted) => {
      const moved = new Map<string, StockedProduct & { moved: boolean }>();
      for (const movement of [...wanted].sort((a, b) => (a.productId < b.productId ? -1 : 1))) {
        const row = products.lock(movement.productId);
        if (row === undefined) continue;
        const after = row.stock + movement.delta;
        if (after >= 0) {
          products.put({ ...row, stock: after });
          movements.put(movement);
        }
        moved.set(row.id, { ...toStocked(row), moved: after >= 0 });
      }
      return moved;
    }),
  };

  const discountRepository: DiscountRepository = {
    lock: makeAsync((id) => {
      const row = discounts.lock(id);
      return row && restoreDiscount(row);
    }),
    lockByCode: makeAsync((code) => {
      const row = discounts.all().find((discount) => discount.code === code);
      if (row === undefined) return undefined;
      discounts.lock(row.id);
      return restoreDiscount(row);
    }),
    insert: makeAsync((discount) => {
      if (discounts.all().some(({ code }) => code === discount.code)) throw codeTaken();
      discounts.put(restoreDiscount({ ...discount, used: 0 }));
    }),
    save: makeAsync((discount) => {
      const row = discounts.get(discount.id);
      if (row?.version !== discount.version) throw versionMismatch();
      if (discounts.all().some(({ id, code }) => id !== discount.id && code === discount.code))
        throw codeTaken();
      const saved = nextDiscountVersion(discount);
      discounts.put(restoreDiscount({ ...saved, used: row.used }));
      return saved;
    }),
    usesBy: makeAsync((id, userId) => uses.get(useId(id, userId))?.used ?? 0),
    take: makeAsync((id, userId) => {
      assertUser(userId);
      const row = discounts.lock(id);
      const used = uses.get(useId(id, userId))?.used ?? 0;
      if (
        row === undefined ||
        row.used >= (row.maxUses ?? Infinity) ||
        used >= (row.maxUsesPerUser ?? Infinity)
      )
        throw discountExhausted();
      discounts.put(restoreDiscount({ ...row, used: row.used + 1 }));
      uses.put({ id: useId(id, userId), discountId: id, used: used + 1 });
    }),
    release: makeAsync((id, userId) => {
      const row = discounts.lock(id);
      const use = uses.get(useId(id, userId));
      if (row === undefined || use === undefined) return;
      discounts.put(restoreDiscount({ ...row, used: row.used - 1 }));
      uses.put({ ...use, used: use.used - 1 });
    }),
    wasUsed: makeAsync((id) => orders.all().some(({ discountId }) => discountId === id)),
    delete: makeAsync((id) => {
      for (const use of uses.all()) if (use.discountId === id) uses.delete(use.id);
      discounts.delete(id);
    }),
  };

  const note = (orderId: string, pendingEvents: readonly OrderEvent[]): void => {
    for (const event of pendingEvents) events.put({ ...event, orderId });
  };
  const orderRepository: OrderRepository = {
    lockUnpaidOf: makeAsync((userId) => {
      buyers.lock(userId);
      const unpaid = orders.all().filter((order) => order.userId === userId && order.status === 'pending');
      const pieces = unpaid.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
      return { orders: unpaid.length, pieces };
    }),
    insert: makeAsync((draft) => {
      assertUser(draft.userId);
      lastNumber += 1;
      const order = restoreOrder({ ...draft, number: lastNumber, pendingEvents: [] });
      orders.put(order);
      note(order.id, draft.pendingEvents);
      return order;
    }),
    lock: makeAsync((id) => {
      const row = orders.lock(id);
      return row && restoreOrder(row);
    }),
    save: makeAsync((order) => {
      const row = orders.get(order.id);
      if (row?.version !== order.version) throw versionMismatch();
      const saved = nextOrderVersion(order);
      // Lines never change: the stored ones are kept.
      orders.put(restoreOrder({ ...saved, lines: row.lines }));
      note(order.id, order.pendingEvents);
      return saved;
    }),
  };

  const book = (id: string, kind: Booked['kind'], { orderId, method, amount }: PaymentRecord): void => {
    if (books.get(id) === undefined) books.put({ id, orderId, kind, method, amount });
  };

  const ports: StorefrontPorts = {
    products: productRepository,
    stock,
    discounts: discountRepository,
    orders: orderRepository,
    bookkeeper: bookkeeper ?? {
      recordPayment: makeAsync((payment) => book(`payment:${payment.paymentId}`, 'payment', payment)),
      recordRefund: makeAsync((refund: RefundRecord) => book(`refund:${refund.refundId}`, 'refund', refund)),
    },
    outbox: makeInMemoryOutbox({ store, ids: new FakeIds('01930000') }),
    idempotencyKey: {
      reserve: makeAsync((reference) => {
        keys.put({ id: reference, released: false });
        return `key of ${reference}`;
      }),
    },
    idempotencyKeys: {
      release: makeAsync((handle) => keys.put({ id: handle.replace('key of ', ''), released: true })),
    },
  };

  const productQueries: ProductQueries = {
    find: makeAsync((id) => {
      const row = products.get(id);
      return row && toStocked(row);
    }),
    findMany: makeAsync(
      (ids) =>
        new Map(
          ids.flatMap((id) => {
            const row = products.get(id);
            return row === undefined ? [] : [[id, toStocked(row)] as const];
          }),
        ),
    ),
    list: makeAsync(({ q, isActive }, page) => {
      const has = (text: string | null): boolean =>
        q === undefined || (text?.toLowerCase().includes(q.toLowerCase()) ?? false);
      const rows = products
        .all()
        .filter(({ product }) => isActive === undefined || product.isActive === isActive)
        .filter(({ product }) => has(product.name) || has(product.description))
        .map(toStocked);
      return pageOf(rows, page, ({ product }) => [product.createdAt.getTime(), product.id], true);
    }),
    movements: makeAsync((productId, page) =>
      pageOf(
        movements.all().filter((movement) => movement.productId === productId),
        page,
        ({ createdAt, id }) => [createdAt.getTime(), id],
        true,
      ),
    ),
  };

  const discountQueries: DiscountQueries = {
    find: makeAsync((id) => {
      const row = discounts.get(id);
      return row && restoreDiscount(row);
    }),
    findByCode: makeAsync((code) => {
      const row = discounts.all().find((discount) => discount.code === code);
      return row && restoreDiscount(row);
    }),
    list: makeAsync((page) =>
      pageOf(
        discounts.all().map(restoreDiscount),
        page,
        ({ createdAt, id }) => [createdAt.getTime(), id],
        true,
      ),
    ),
  };

  const allOrders = (): Order[] => orders.all().map(restoreOrder);
  const listed = (filter: OrderFilter, page: PageRequest, newestFirst: boolean): Page<OrderView> => {
    const { userId, statuses, from, to, discountCode } = filter;
    const views = allOrders()
      .filter((order) => userId === undefined || order.userId === userId)
      .filter((order) => statuses === undefined || statuses.includes(order.status))
      .filter((order) => from === undefined || order.createdAt >= from)
      .filter((order) => to === undefined || order.createdAt < to)
      .filter((order) => discountCode === undefined || order.discountCode === discountCode)
      .map(toOrderView);
    return pageOf(views, page, ({ createdAt, id }) => [createdAt.getTime(), id], newestFirst);
  };
  const orderQueries: OrderQueries = {
    find: makeAsync((id) => {
      const row = orders.get(id);
      return row && restoreOrder(row);
    }),
    findByPayment: makeAsync((paymentId) =>
      allOrders().find(({ payments }) => payments.some(({ id }) => id === paymentId)),
    ),
    list: makeAsync(listed),
    events: makeAsync((orderId, page) =>
      pageOf(
        events
          .all()
          .filter((event) => event.orderId === orderId)
          .map(({ orderId: _orderId, by, ...event }) => ({
            ...event,
            by: by === null ? null : { id: by, name: users.get(by)?.name ?? '' },
          })),
        page,
        ({ at, id }) => [at.getTime(), id],
        false,
      ),
    ),
    expired: makeAsync((now, limit) =>
      allOrders()
        .filter((order) => isExpired(order, now))
        .sort((a, b) => a.expiresAt!.getTime() - b.expiresAt!.getTime() || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
    ),
    openPayments: makeAsync(({ begunBefore, failedSince }, limit) =>
      allOrders()
        .flatMap((order) => order.payments.map((payment) => ({ order, payment })))
        .filter(
          ({ payment: { status, createdAt, settledAt } }) =>
            (status === 'processing' && createdAt < begunBefore) ||
            (status === 'failed' && settledAt !== null && settledAt > failedSince),
        )
        .map(({ order, payment }) => ({
          orderId: order.id,
          paymentId: payment.id,
          createdAt: payment.createdAt,
          status: payment.status as 'processing' | 'failed',
        }))
        .sort(
          (a, b) =>
            Number(a.status === 'failed') - Number(b.status === 'failed') ||
            a.createdAt.getTime() - b.createdAt.getTime() ||
            (a.paymentId < b.paymentId ? -1 : 1),
        )
        .slice(0, limit),
    ),
    openRefunds: makeAsync((begunBefore, limit) =>
      allOrders()
        .flatMap((order) => order.refunds.map((refund) => ({ order, refund })))
        .filter(({ refund }) => refund.status === 'pending' && refund.createdAt < begunBefore)
        .sort(
          (a, b) =>
            a.refund.createdAt.getTime() - b.refund.createdAt.getTime() ||
            (a.refund.id < b.refund.id ? -1 : 1),
        )
        .slice(0, limit)
        .map(({ order, refund }) => ({ orderId: order.id, refundId: refund.id })),
    ),
  };

  return {
    storefrontUnitOfWork: store.unitOfWork(ports),
    productQueries,
    discountQueries,
    orderQueries,
    addUser(id, name = 'Mia Member') {
      users.put({ id, name });
    },
    jobs: () => storedJobs(store),
    booked: () => books.all(),
    reserved: () => keys.all().map(({ id }) => id),
    released: () =>
      keys
        .all()
        .filter(({ released }) => released)
        .map(({ id }) => id),
    store,
  };
}
