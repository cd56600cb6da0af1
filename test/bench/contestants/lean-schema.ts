import pg from 'pg';
import { ID_FUNCTION } from '../http/ids.js';
import { NOW, setNow, STAFF, type Sizes } from '../http/data.js';

/** The tables that all contestants share: what the five workloads need, and the indexes that their guides would have them add. */
const TABLES = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, full_name text NOT NULL, password_hash text NOT NULL);
  CREATE TABLE products (
    id uuid PRIMARY KEY, sku text NOT NULL UNIQUE, name text NOT NULL, description text NOT NULL, price integer NOT NULL,
    stock integer NOT NULL CHECK (stock >= 0), created_at timestamptz NOT NULL);
  CREATE TABLE orders (
    id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, status text NOT NULL, total integer NOT NULL,
    created_at timestamptz NOT NULL);
  CREATE INDEX orders_user ON orders (user_id, created_at DESC, id DESC);
  CREATE TABLE order_lines (
    id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders, product_id uuid NOT NULL REFERENCES products,
    position integer NOT NULL, name text NOT NULL, quantity integer NOT NULL, unit_price integer NOT NULL);
  CREATE INDEX order_lines_order ON order_lines (order_id);
  CREATE TABLE doctors (id uuid PRIMARY KEY, name text NOT NULL);
  CREATE TABLE patients (id uuid PRIMARY KEY, name text NOT NULL);
  CREATE TABLE appointments (
    id uuid PRIMARY KEY, doctor_id uuid NOT NULL REFERENCES doctors, patient_id uuid NOT NULL REFERENCES patients,
    starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, status text NOT NULL,
    CONSTRAINT doctor_busy EXCLUDE USING gist (doctor_id WITH =, tstzrange(starts_at, ends_at) WITH &&),
    CONSTRAINT patient_busy EXCLUDE USING gist (patient_id WITH =, tstzrange(starts_at, ends_at) WITH &&));
  CREATE TABLE posts (
    id uuid PRIMARY KEY, author_id uuid NOT NULL REFERENCES users, title text NOT NULL, content text NOT NULL,
    created_at timestamptz NOT NULL);
  CREATE INDEX posts_newest ON posts (created_at DESC, id DESC);
  CREATE TABLE comments (
    id uuid PRIMARY KEY, post_id uuid NOT NULL REFERENCES posts, author_id uuid NOT NULL REFERENCES users, comment text NOT NULL,
    created_at timestamptz NOT NULL);
  CREATE INDEX comments_post ON comments (post_id, created_at DESC, id DESC);`;

const AGO = (days: string) => `date_trunc('milliseconds', ${NOW} - ${days} * interval '1 day')`;

/** The rows of test/bench/http/data.ts: same ids, same texts, same sums. */
const rows = (sizes: Sizes): readonly string[] => [
  ID_FUNCTION,
  `INSERT INTO users SELECT pg_temp.id('user', n), 'user' || n || '@bench.test', 'Person ' || n, md5('password' || n)
   FROM generate_series(1, ${sizes.users}) AS n`,
  `INSERT INTO products SELECT pg_temp.id('product', n), 'SKU-' || n, 'Product number ' || n,
     'What product ' || n || ' is good for, in a line or two of text.', 100 + n % 5000, 1000000000, ${AGO('(500 - n % 400)')}
   FROM generate_series(1, ${sizes.products}) AS n`,
  `INSERT INTO orders SELECT pg_temp.id('order', n), pg_temp.id('user', 1 + n % ${sizes.members}), 'delivered',
     (SELECT sum(100 + (1 + (n * 3 + l) % ${sizes.products}) % 5000) FROM generate_series(0, 2) AS l),
     ${AGO(`(365 - 364.0 * n / ${sizes.orders})`)}
   FROM generate_series(1, ${sizes.orders}) AS n`,
  `INSERT INTO order_lines SELECT pg_temp.id('line', n * 3 + l), pg_temp.id('order', n), pg_temp.id('product', p), l,
     'Product number ' || p, 1, 100 + p % 5000
   FROM generate_series(1, ${sizes.orders}) AS n, generate_series(0, 2) AS l, LATERAL (SELECT 1 + (n * 3 + l) % ${sizes.products} AS p) AS of`,
  `INSERT INTO doctors SELECT pg_temp.id('doctor', n), 'Dr. ' || n FROM generate_series(1, ${sizes.doctors}) AS n`,
  `INSERT INTO patients SELECT pg_temp.id('patient', n), 'Person ' || n FROM generate_series(1, ${sizes.members}) AS n`,
  `INSERT INTO appointments SELECT pg_temp.id('appointment', n), pg_temp.id('doctor', 1 + n % ${sizes.doctors}),
     pg_temp.id('patient', 1 + n % ${sizes.members}), at, at + interval '30 minutes', 'fulfilled'
   FROM (SELECT n, date_trunc('day', ${NOW}) - (1 + n / ${sizes.doctors}) * interval '30 minutes' AS at
         FROM generate_series(1, ${sizes.appointments}) AS n) AS a`,
  `INSERT INTO posts SELECT pg_temp.id('post', n), pg_temp.id('user', ${STAFF}), 'Post number ' || n,
     'Some words about number ' || n || repeat(', and a few more of them', 10), ${AGO(`(365 - 364.0 * n / ${sizes.posts})`)}
   FROM generate_series(1, ${sizes.posts}) AS n`,
  `INSERT INTO comments SELECT pg_temp.id('comment', n), p.id, pg_temp.id('user', 1 + n % ${sizes.members}), 'Comment number ' || n,
     p.created_at + n % 1000 * interval '1 second'
   FROM generate_series(1, ${sizes.comments}) AS n JOIN posts p ON p.id = pg_temp.id('post', 1 + n % ${sizes.posts})`,
];

/** Makes the tables and rows in an empty database; `url` is that of a superuser, `at` the present of the data. */
export async function writeLeanData(url: string, sizes: Sizes, at: Date): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(TABLES);
    await client.query(setNow(at));
    await client.query('SET session_replication_role = replica');
    for (const statement of rows(sizes)) await client.query(statement);
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}
