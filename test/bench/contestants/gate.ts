import type { Appointment, BookingBody, Order, OrderBody, Post, Product } from './contract.js';

export type Reply<Body> = Readonly<{ status: number; body: Body; text: string }>;

/** A server under the gate's tests: translates its paths and replies to those of the contract. */
export interface Contestant {
  readonly name: string;
  product(id: string): Promise<Reply<Product>>;
  orders(userId: string): Promise<Reply<{ items: readonly Order[] }>>;
  posts(): Promise<Reply<{ items: readonly Post[] }>>;
  book(booking: BookingBody): Promise<Reply<Appointment>>;
  order(order: OrderBody): Promise<Reply<Order>>;
  /** Sets columns of a product behind the server's back. */
  setProduct(id: string, values: Readonly<{ stock?: number; price?: number }>): Promise<void>;
  stockOf(id: string): Promise<number>;
}

/** Rows of the data set: those that are `read` stay as they are; `free` is a start at which nobody is busy. */
export type GateRows = Readonly<{
  read: Readonly<{ userId: string; productId: string }>;
  userId: string;
  productIds: readonly [string, string, string];
  doctorIds: readonly [string, string];
  patientIds: readonly [string, string];
  unknownId: string;
  free: Date;
}>;

function assertSame(contestant: string, what: string, actual: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted)
    throw new Error(
      `${contestant}: ${what} is ${found.slice(0, 400)}, and should be ${wanted.slice(0, 400)}`,
    );
}

/** For an unknown reference in a body some APIs answer 404 and others 422. */
function assertRefused(contestant: string, what: string, status: number): void {
  if (status !== 404 && status !== 422)
    throw new Error(`${contestant}: the status for ${what} is ${status}, and should be 404 or 422`);
}

const productFields = ({ id, sku, name, description, price, createdAt }: Product) => ({
  id,
  sku,
  name,
  description,
  price,
  createdAt,
});
const orderFields = ({ id, status, total, createdAt, lines }: Order) => ({
  id,
  status,
  total,
  createdAt,
  lines: lines.map((line) => ({
    id: line.id,
    productId: line.productId,
    name: line.name,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
  })),
});
const personFields = ({ id, fullName }: Post['author']) => ({ id, fullName });
const postFields = ({ id, title, content, createdAt, author, comments }: Post) => ({
  id,
  title,
  content,
  createdAt,
  author: personFields(author),
  comments: comments.map((each) => ({
    id: each.id,
    comment: each.comment,
    createdAt: each.createdAt,
    author: personFields(each.author),
  })),
});

/** The responses of a server to the three reads, in the fields of the contract. */
export async function readAll(contestant: Contestant, { read }: GateRows) {
  const product = await contestant.product(read.productId);
  const orders = await contestant.orders(read.userId);
  const posts = await contestant.posts();
  for (const { text } of [product, orders, posts])
    if (/passw|hash/i.test(text)) throw new Error(`${contestant.name}: an answer mentions a password hash`);
  return {
    product: productFields(product.body),
    orders: orders.body.items.map(orderFields),
    posts: posts.body.items.map(postFields),
  };
}

async function assertBookingRules(contestant: Contestant, rows: GateRows): Promise<void> {
  const { name } = contestant;
  const [doctorId, otherDoctor] = rows.doctorIds;
  const [patientId, otherPatient] = rows.patientIds;
  const startsAt = rows.free.toISOString();
  const { status, body } = await contestant.book({ doctorId, patientId, startsAt });
  assertSame(name, 'the status of a booking', status, 201);
  const endsAt = new Date(rows.free.getTime() + 30 * 60_000).toISOString();
  assertSame(
    name,
    'a booking',
    [body.doctorId, body.patientId, body.startsAt, body.endsAt, body.status],
    [doctorId, patientId, startsAt, endsAt, 'booked'],
  );
  const busyDoctor = await contestant.book({ doctorId, patientId: otherPatient, startsAt });
  assertSame(name, 'the status for a busy doctor', busyDoctor.status, 409);
  const busyPatient = await contestant.book({ doctorId: otherDoctor, patientId, startsAt });
  assertSame(name, 'the status for a busy patient', busyPatient.status, 409);
  const unknown = await contestant.book({ doctorId: rows.unknownId, patientId: otherPatient, startsAt });
  assertRefused(name, 'an unknown doctor', unknown.status);
}

const PARALLEL = 10;
const LEFT = 5;
/** More than the workloads order. */
const PLENTY = 1_000_000_000;

async function assertOrderRules(contestant: Contestant, rows: GateRows): Promise<void> {
  const { name } = contestant;
  const { userId } = rows;
  const [first, second] = rows.productIds;
  const order = (...lines: readonly (readonly [string, number])[]) =>
    contestant.order({ userId, lines: lines.map(([productId, quantity]) => ({ productId, quantity })) });

  await contestant.setProduct(first, { stock: 100, price: 250 });
  await contestant.setProduct(second, { stock: LEFT, price: 999 });
  const placed = await order([first, 2], [second, 1]);
  assertSame(name, 'the status of an order', placed.status, 201);
  assertSame(name, 'the total of an order', placed.body.total, 2 * 250 + 999);
  assertSame(name, 'the stock after an order', await contestant.stockOf(first), 98);

  await contestant.setProduct(first, { price: 1 });
  const history = await contestant.orders(userId);
  const kept = history.body.items.find(({ id }) => id === placed.body.id);
  assertSame(name, 'the price in an order after a change', kept?.lines[0]?.unitPrice, 250);

  assertSame(name, 'the status without stock', (await order([first, 1], [second, LEFT])).status, 409);
  assertSame(name, 'the stock after a refused order', await contestant.stockOf(first), 98);
  assertRefused(name, 'an unknown product', (await order([rows.unknownId, 1])).status);

  await contestant.setProduct(second, { stock: LEFT });
  const parallel = await Promise.all(Array.from({ length: PARALLEL }, () => order([second, 1])));
  const statuses = parallel.map(({ status }) => status).sort();
  assertSame(name, 'the statuses of parallel orders', statuses, [
    ...Array.from({ length: LEFT }, () => 201),
    ...Array.from({ length: PARALLEL - LEFT }, () => 409),
  ]);
  assertSame(name, 'the stock after them', await contestant.stockOf(second), 0);
  for (const product of [first, second]) await contestant.setProduct(product, { stock: PLENTY });
}

/**
 * Asserts that the contestants give the same answers and keep the same minimum of rules: 404, no password hash, 409 for an
 * overlap, price snapshot, rollback, no oversell. Throws for the first that does not. `rowsOf` is asked for the rows of a contestant just before they are used.
 */
export async function assertComparable(
  contestants: readonly Contestant[],
  rowsOf: (contestant: Contestant) => Promise<GateRows>,
): Promise<void> {
  const [reference] = contestants;
  if (reference === undefined) return;
  const rows = await rowsOf(reference);
  const expected = await readAll(reference, rows);
  if (expected.orders.length === 0 || expected.posts.length === 0)
    throw new Error('there is nothing to read');
  for (const contestant of contestants) {
    const actual = await readAll(contestant, rows);
    for (const what of ['product', 'orders', 'posts'] as const)
      assertSame(contestant.name, `the answer ${what}`, actual[what], expected[what]);
    const { status } = await contestant.product(rows.unknownId);
    assertSame(contestant.name, 'the status for an unknown product', status, 404);
  }
  for (const contestant of contestants) {
    const own = await rowsOf(contestant);
    await assertBookingRules(contestant, own);
    await assertOrderRules(contestant, own);
  }
}
