/** The floor: node:http and pg, named statements, nested JSON by PostgreSQL, transactions by hand, no framework. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { v7 } from 'uuid';
import { APPOINTMENT_MS, PAGE, Refusal, refusalOf, type BookingBody, type OrderBody } from './contract.js';
import { announce, DATABASE_URL, POOL_MAX } from './environment.js';

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: POOL_MAX, options: '-c TimeZone=UTC' });

const instant = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const lines = (from: string): string => `(
  SELECT json_agg(json_build_object('id', l.id, 'productId', l.product_id, 'name', l.name, 'quantity', l.quantity,
    'unitPrice', l.unit_price) ORDER BY l.position) FROM ${from})`;

const PRODUCT = {
  name: 'product',
  text: `SELECT id, sku, name, description, price, created_at AS "createdAt" FROM products WHERE id = $1`,
};
const ORDERS = {
  name: 'orders',
  text: `SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', o.id, 'status', o.status, 'total', o.total,
      'createdAt', ${instant('o.created_at')}, 'lines', ${lines('order_lines l WHERE l.order_id = o.id')})
      ORDER BY o.created_at DESC, o.id DESC), '[]'))::text AS json
    FROM (SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT ${PAGE}) AS o`,
};
const POSTS = {
  name: 'posts',
  text: `SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', p.id, 'title', p.title, 'content', p.content,
      'createdAt', ${instant('p.created_at')}, 'author', json_build_object('id', u.id, 'fullName', u.full_name), 'comments', (
        SELECT coalesce(json_agg(json_build_object('id', c.id, 'comment', c.comment, 'createdAt', ${instant('c.created_at')},
          'author', json_build_object('id', a.id, 'fullName', a.full_name)) ORDER BY c.created_at DESC, c.id DESC), '[]')
        FROM comments c JOIN users a ON a.id = c.author_id WHERE c.post_id = p.id))
      ORDER BY p.created_at DESC, p.id DESC), '[]'))::text AS json
    FROM (SELECT * FROM posts ORDER BY created_at DESC, id DESC LIMIT ${PAGE}) AS p JOIN users u ON u.id = p.author_id`,
};
const BOOK = {
  name: 'book',
  text: `INSERT INTO appointments (id, doctor_id, patient_id, starts_at, ends_at, status) VALUES ($1, $2, $3, $4, $5, 'booked')`,
};
const LOCK_PRODUCTS = {
  name: 'lock_products',
  text: `SELECT id, name, price, stock FROM products WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
};
const TAKE_STOCK = {
  name: 'take_stock',
  text: `UPDATE products p SET stock = p.stock - taken.quantity
    FROM unnest($1::uuid[], $2::int[]) AS taken (id, quantity) WHERE p.id = taken.id`,
};
const PLACE_ORDER = {
  name: 'place_order',
  text: `WITH placed AS (INSERT INTO orders (id, user_id, status, total, created_at) VALUES ($1, $2, 'pending', $3, $4))
    INSERT INTO order_lines (id, order_id, product_id, position, name, quantity, unit_price)
    SELECT id, $1, product_id, position - 1, name, quantity, unit_price
    FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::int[], $9::int[]) WITH ORDINALITY
      AS l (id, product_id, name, quantity, unit_price, position)`,
};

type Statement = Readonly<{ name: string; text: string }>;

async function readText(statement: Statement, ...values: unknown[]): Promise<string> {
  const { rows } = await pool.query<{ json: string }>({ ...statement, values });
  return rows[0]!.json;
}

async function readProduct(id: string): Promise<string> {
  const { rows } = await pool.query({ ...PRODUCT, values: [id] });
  if (rows.length === 0) throw new Refusal(404, 'no such product');
  return JSON.stringify(rows[0]);
}

async function book({ doctorId, patientId, startsAt }: BookingBody): Promise<string> {
  const id = v7();
  const start = new Date(startsAt);
  const end = new Date(start.getTime() + APPOINTMENT_MS);
  await pool.query({ ...BOOK, values: [id, doctorId, patientId, start, end] });
  return JSON.stringify({ id, doctorId, patientId, startsAt: start, endsAt: end, status: 'booked' });
}

type Stocked = { id: string; name: string; price: number; stock: number };

async function placeOrderIn(client: pg.PoolClient, { userId, lines: wanted }: OrderBody): Promise<string> {
  const ids = wanted.map(({ productId }) => productId);
  const { rows } = await client.query<Stocked>({ ...LOCK_PRODUCTS, values: [ids] });
  const products = new Map(rows.map((product) => [product.id, product]));
  const placed = wanted.map(({ productId, quantity }) => {
    const product = products.get(productId);
    if (product === undefined) throw new Refusal(404, 'no such product');
    if (product.stock < quantity) throw new Refusal(409, 'not enough in stock');
    return { id: v7(), productId, name: product.name, quantity, unitPrice: product.price };
  });
  const total = placed.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const order = { id: v7(), status: 'pending', total, createdAt: new Date(), lines: placed };
  const column = <Name extends keyof (typeof placed)[number]>(name: Name) => placed.map((line) => line[name]);
  await client.query({ ...TAKE_STOCK, values: [ids, column('quantity')] });
  await client.query({
    ...PLACE_ORDER,
    values: [
      order.id,
      userId,
      total,
      order.createdAt,
      column('id'),
      ids,
      column('name'),
      column('quantity'),
      column('unitPrice'),
    ],
  });
  return JSON.stringify(order);
}

async function placeOrder(body: OrderBody): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const json = await placeOrderIn(client, body);
    await client.query('COMMIT');
    return json;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function answer(request: IncomingMessage): Promise<string> {
  const { method, url = '' } = request;
  if (method === 'GET' && url.startsWith('/products/')) return readProduct(url.slice('/products/'.length));
  if (method === 'GET' && url.startsWith('/orders?userId='))
    return readText(ORDERS, url.slice('/orders?userId='.length));
  if (method === 'GET' && url === '/posts') return readText(POSTS);
  if (method === 'POST' && url === '/orders') return placeOrder((await readBody(request)) as OrderBody);
  if (method === 'POST' && url === '/appointments') return book((await readBody(request)) as BookingBody);
  throw new Refusal(404, 'no such route');
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  answer(request).then(
    (json) => send(response, request.method === 'POST' ? 201 : 200, json),
    (error: unknown) =>
      send(response, refusalOf(error)?.status ?? 500, JSON.stringify({ error: String(error) })),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));
