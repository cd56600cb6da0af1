import pg from 'pg';
import type { Contestant, Reply } from './gate.js';

/** Fetches JSON; an empty body is `null`. */
export async function fetchJson<Body>(url: string, init?: RequestInit): Promise<Reply<Body>> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body, text };
}

export const asJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Reads and changes products in the database of a contestant, as a superuser and without triggers. */
export function productsOf(superuserUrl: string): Pick<Contestant, 'setProduct' | 'stockOf'> {
  async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const client = new pg.Client({ connectionString: superuserUrl });
    await client.connect();
    try {
      await client.query('SET session_replication_role = replica');
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
  return {
    async setProduct(id, { stock = null, price = null }) {
      await query(
        'UPDATE products SET stock = coalesce($2, stock), price = coalesce($3, price) WHERE id = $1',
        [id, stock, price],
      );
    },
    async stockOf(id) {
      const [row] = await query<{ stock: number }>('SELECT stock::int FROM products WHERE id = $1', [id]);
      return row!.stock;
    },
  };
}

/** A server that serves the contract as it stands. */
export const makePlainContestant = (name: string, url: string, superuserUrl: string): Contestant => ({
  name,
  product: (id) => fetchJson(`${url}/products/${id}`),
  orders: (userId) => fetchJson(`${url}/orders?userId=${userId}`),
  posts: () => fetchJson(`${url}/posts`),
  book: (booking) => fetchJson(`${url}/appointments`, asJson(booking)),
  order: (order) => fetchJson(`${url}/orders`, asJson(order)),
  ...productsOf(superuserUrl),
});
