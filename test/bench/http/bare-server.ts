import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { v7 } from 'uuid';
import {
  BOOK,
  LOCK_DIARY,
  LOCK_DOCTOR,
  ORDERS,
  PLACE_ORDER,
  POSTS,
  PRODUCT,
  TAKE_STOCK,
} from './bare-statements.js';

/** The server that ours is measured against: DATABASE_URL, POOL_MAX; says where it listens on standard output. */
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: Number(process.env['POOL_MAX']),
  options: '-c TimeZone=UTC',
});
type Statement = Readonly<{ name: string; text: string }>;

async function readText(statement: Statement, ...values: string[]): Promise<string | undefined> {
  const { rows } = await pool.query<{ json: string }>({ ...statement, values });
  return rows[0]?.json;
}

async function inTransaction(work: (client: pg.PoolClient) => Promise<string>): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const json = await work(client);
    await client.query('COMMIT');
    return json;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function run<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  return (await client.query<Row>({ ...statement, values })).rows;
}

type OrderRequest = { userId: string; lines: { productId: string; quantity: number }[] };
type Taken = { id: string; sku: string; name: string; price: number; quantity: number };

const placeOrder = ({ userId, lines }: OrderRequest): Promise<string> =>
  inTransaction(async (client) => {
    const orderId = v7();
    const at = new Date();
    const wanted = JSON.stringify(lines.map((line) => ({ id: v7(), ...line })));
    const taken = await run<Taken>(client, TAKE_STOCK, [wanted, orderId, at]);
    if (taken.length < lines.length) throw new Error('out of stock');
    const total = taken.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    const rows = taken.map(({ id, ...line }, position) => ({ ...line, id: v7(), position, productId: id }));
    const values = [orderId, userId, total, JSON.stringify(rows), at, v7(), v7()];
    const [placed] = await run<{ json: string }>(client, PLACE_ORDER, values);
    return placed!.json;
  });

type Booking = {
  doctorId: string;
  appointmentTypeId: string;
  patientId: string;
  userId: string;
  startsAt: string;
};

const book = ({ doctorId, appointmentTypeId, patientId, userId, startsAt }: Booking): Promise<string> =>
  inTransaction(async (client) => {
    const offered = await run(client, LOCK_DOCTOR, [doctorId, appointmentTypeId]);
    if (offered.length === 0) throw new Error('no such doctor');
    await run(client, LOCK_DIARY, [patientId]);
    const who = [v7(), doctorId, appointmentTypeId, patientId];
    const values = [...who, new Date(startsAt), new Date(), userId, v7(), v7()];
    const [booked] = await run<{ json: string }>(client, BOOK, values);
    if (booked === undefined) throw new Error('outside the hours');
    return booked.json;
  });

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function answer(request: IncomingMessage): Promise<string | undefined> {
  const url = request.url!;
  if (request.method === 'GET' && url === '/posts') return readText(POSTS);
  if (request.method === 'GET')
    return url.startsWith('/products/')
      ? readText(PRODUCT, url.slice('/products/'.length))
      : readText(ORDERS, url.slice('/orders?userId='.length));
  const body = await readBody(request);
  return url === '/orders' ? placeOrder(body as OrderRequest) : book(body as Booking);
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
    (json) => send(response, json === undefined ? 404 : request.method === 'POST' ? 201 : 200, json ?? '{}'),
    (error: unknown) => send(response, 500, JSON.stringify(String(error))),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(`listening on http://127.0.0.1:${port}`);
});
process.on('SIGTERM', () => process.exit(0));
