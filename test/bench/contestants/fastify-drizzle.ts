/** Fastify with response schemas and Drizzle with relational queries, as their guides show. */
import type { AddressInfo } from 'node:net';
import { drizzle } from 'drizzle-orm/node-postgres';
import { asc, desc, eq, inArray, relations, sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import fastify from 'fastify';
import pg from 'pg';
import { v7 } from 'uuid';
import { APPOINTMENT_MS, PAGE, Refusal, refusalOf, type BookingBody, type OrderBody } from './contract.js';
import { announce, DATABASE_URL, POOL_MAX } from './environment.js';

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 }).notNull();

const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  fullName: text('full_name').notNull(),
  passwordHash: text('password_hash').notNull(),
});
const products = pgTable('products', {
  id: uuid('id').primaryKey(),
  sku: text('sku').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  price: integer('price').notNull(),
  stock: integer('stock').notNull(),
  createdAt: at('created_at'),
});
const orders = pgTable('orders', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  status: text('status').notNull(),
  total: integer('total').notNull(),
  createdAt: at('created_at'),
});
const orderLines = pgTable('order_lines', {
  id: uuid('id').primaryKey(),
  orderId: uuid('order_id').notNull(),
  productId: uuid('product_id').notNull(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  quantity: integer('quantity').notNull(),
  unitPrice: integer('unit_price').notNull(),
});
const appointments = pgTable('appointments', {
  id: uuid('id').primaryKey(),
  doctorId: uuid('doctor_id').notNull(),
  patientId: uuid('patient_id').notNull(),
  startsAt: at('starts_at'),
  endsAt: at('ends_at'),
  status: text('status').notNull(),
});
const posts = pgTable('posts', {
  id: uuid('id').primaryKey(),
  authorId: uuid('author_id').notNull(),
  title: text('title').notNull(),
  content: text('content').notNull(),
  createdAt: at('created_at'),
});
const comments = pgTable('comments', {
  id: uuid('id').primaryKey(),
  postId: uuid('post_id').notNull(),
  authorId: uuid('author_id').notNull(),
  comment: text('comment').notNull(),
  createdAt: at('created_at'),
});

const schema = {
  users,
  products,
  orders,
  orderLines,
  appointments,
  posts,
  comments,
  orderRelations: relations(orders, ({ many }) => ({ lines: many(orderLines) })),
  lineRelations: relations(orderLines, ({ one }) => ({
    order: one(orders, { fields: [orderLines.orderId], references: [orders.id] }),
  })),
  postRelations: relations(posts, ({ one, many }) => ({
    author: one(users, { fields: [posts.authorId], references: [users.id] }),
    comments: many(comments),
  })),
  commentRelations: relations(comments, ({ one }) => ({
    post: one(posts, { fields: [comments.postId], references: [posts.id] }),
    author: one(users, { fields: [comments.authorId], references: [users.id] }),
  })),
};

const db = drizzle(new pg.Pool({ connectionString: DATABASE_URL, max: POOL_MAX }), { schema });

const findProduct = db.query.products
  .findFirst({ columns: { stock: false }, where: eq(products.id, sql.placeholder('id')) })
  .prepare('product');
const findOrders = db.query.orders
  .findMany({
    columns: { userId: false },
    where: eq(orders.userId, sql.placeholder('userId')),
    orderBy: [desc(orders.createdAt), desc(orders.id)],
    limit: PAGE,
    with: { lines: { columns: { orderId: false, position: false }, orderBy: asc(orderLines.position) } },
  })
  .prepare('orders');
const findPosts = db.query.posts
  .findMany({
    columns: { authorId: false },
    orderBy: [desc(posts.createdAt), desc(posts.id)],
    limit: PAGE,
    with: {
      author: { columns: { id: true, fullName: true } },
      comments: {
        columns: { postId: false, authorId: false },
        orderBy: [desc(comments.createdAt), desc(comments.id)],
        with: { author: { columns: { id: true, fullName: true } } },
      },
    },
  })
  .prepare('posts');

const STRING = { type: 'string' } as const;
const INTEGER = { type: 'integer' } as const;
const INSTANT = { type: 'string', format: 'date-time' } as const;
const object = (properties: Readonly<Record<string, unknown>>) => ({ type: 'object', properties });
const list = (items: unknown) => object({ items: { type: 'array', items } });
const PERSON = object({ id: STRING, fullName: STRING });
const PRODUCT = object({
  id: STRING,
  sku: STRING,
  name: STRING,
  description: STRING,
  price: INTEGER,
  createdAt: INSTANT,
});
const LINE = object({ id: STRING, productId: STRING, name: STRING, quantity: INTEGER, unitPrice: INTEGER });
const ORDER = object({
  id: STRING,
  status: STRING,
  total: INTEGER,
  createdAt: INSTANT,
  lines: { type: 'array', items: LINE },
});
const COMMENT = object({ id: STRING, comment: STRING, createdAt: INSTANT, author: PERSON });
const POST = object({
  id: STRING,
  title: STRING,
  content: STRING,
  createdAt: INSTANT,
  author: PERSON,
  comments: { type: 'array', items: COMMENT },
});
const APPOINTMENT = object({
  id: STRING,
  doctorId: STRING,
  patientId: STRING,
  startsAt: INSTANT,
  endsAt: INSTANT,
  status: STRING,
});

const placeOrder = ({ userId, lines: wanted }: OrderBody) =>
  db.transaction(async (tx) => {
    const locked = await tx
      .select()
      .from(products)
      .where(
        inArray(
          products.id,
          wanted.map(({ productId }) => productId),
        ),
      )
      .orderBy(products.id)
      .for('update');
    const id = v7();
    const lines = wanted.map(({ productId, quantity }, position) => {
      const product = locked.find((each) => each.id === productId);
      if (product === undefined) throw new Refusal(404, 'no such product');
      if (product.stock < quantity) throw new Refusal(409, 'not enough in stock');
      const { name, price } = product;
      return { id: v7(), orderId: id, productId, position, name, quantity, unitPrice: price };
    });
    for (const { productId, quantity } of lines)
      await tx
        .update(products)
        .set({ stock: sql`${products.stock} - ${quantity}` })
        .where(eq(products.id, productId));
    const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    const [order] = await tx
      .insert(orders)
      .values({ id, userId, status: 'pending', total, createdAt: new Date() })
      .returning();
    return { ...order, lines: await tx.insert(orderLines).values(lines).returning() };
  });

const app = fastify({ logger: false });
app.setErrorHandler((error, _request, reply) =>
  reply.code(refusalOf(error)?.status ?? 500).send({ error: String(error) }),
);
app.get<{ Params: { id: string } }>(
  '/products/:id',
  { schema: { response: { 200: PRODUCT } } },
  async (request) => {
    const product = await findProduct.execute({ id: request.params.id });
    if (product === undefined) throw new Refusal(404, 'no such product');
    return product;
  },
);
app.get<{ Querystring: { userId: string } }>(
  '/orders',
  { schema: { querystring: object({ userId: STRING }), response: { 200: list(ORDER) } } },
  async (request) => ({ items: await findOrders.execute({ userId: request.query.userId }) }),
);
app.get('/posts', { schema: { response: { 200: list(POST) } } }, async () => ({
  items: await findPosts.execute(),
}));
app.post<{ Body: OrderBody }>('/orders', { schema: { response: { 201: ORDER } } }, async (request, reply) =>
  reply.code(201).send(await placeOrder(request.body)),
);
app.post<{ Body: BookingBody }>(
  '/appointments',
  { schema: { response: { 201: APPOINTMENT } } },
  async (request, reply) => {
    const { doctorId, patientId, startsAt } = request.body;
    const start = new Date(startsAt);
    const [appointment] = await db
      .insert(appointments)
      .values({
        id: v7(),
        doctorId,
        patientId,
        startsAt: start,
        endsAt: new Date(start.getTime() + APPOINTMENT_MS),
        status: 'booked',
      })
      .returning();
    return reply.code(201).send(appointment);
  },
);
await app.listen({ port: 0, host: '127.0.0.1' });
announce((app.server.address() as AddressInfo).port);
