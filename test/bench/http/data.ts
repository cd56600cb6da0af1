import pg from 'pg';
import { writeHistory } from '../cash-history.js';
import { RENDERER_VERSION } from '../../../src/journal/infrastructure/markdown.js';
import { ID_FUNCTION } from './ids.js';

/** The number of rows of each kind. */
export type Sizes = Readonly<
  Record<
    | 'users'
    | 'members'
    | 'products'
    | 'orders'
    | 'doctors'
    | 'appointments'
    | 'posts'
    | 'comments'
    | 'postings'
    | 'envelopes',
    number
  >
>;

/** How many rows of what. `scale` 10 makes all that is read ten times as many, but for people, doctors and postings. */
export const sizesAt = (scale: number): Sizes => ({
  users: 10_000,
  members: 5_000,
  products: 5_000 * scale,
  orders: 100_000 * scale,
  doctors: 100,
  appointments: 100_000 * scale,
  posts: 20_000 * scale,
  comments: 100_000 * scale,
  postings: 1_000_000,
  envelopes: 200,
});

/** Users 1 to `members` have a session, a patient file and orders; the next one is staff. */
export const STAFF = 5_001;

/** The instant that all others are counted from, set once for all statements of a session. */
export const NOW = `current_setting('bench.now')::timestamptz`;
export const setNow = (at: Date): string => `SET bench.now = '${at.toISOString()}'`;

const AGO = (days: string) => `date_trunc('milliseconds', ${NOW} - ${days} * interval '1 day')`;

const statementsFor = (sizes: Sizes): readonly string[] => [
  ID_FUNCTION,
  `INSERT INTO users (id, email, full_name, role, email_verified_at, created_at, updated_at, version)
   SELECT pg_temp.id('user', n), 'user' || n || '@bench.test', 'Person ' || n,
     CASE WHEN n = ${STAFF} THEN 'staff' ELSE 'member' END, ${AGO('400')}, ${AGO('400')}, ${AGO('400')}, 1
   FROM generate_series(1, ${sizes.users}) AS n`,
  `INSERT INTO sessions (id, user_id, generation, token_hash, created_at, last_used_at, expires_at, absolute_expires_at, ip, user_agent)
   SELECT pg_temp.id('session', n), pg_temp.id('user', n), 1, md5('token' || n), ${AGO('1')}, ${AGO('1')},
     ${AGO('-3650')}, ${AGO('-3650')}, '127.0.0.1', 'bench'
   FROM generate_series(1, ${STAFF}) AS n`,
  `INSERT INTO products (id, sku, name, description, price, stock, is_active, created_at, updated_at, version)
   SELECT pg_temp.id('product', n), 'SKU-' || n, 'Product number ' || n, 'What product ' || n || ' is good for, in a line or two of text.',
     100 + n % 5000, 1000000000, true, ${AGO(`(500 - n % 400)`)}, ${AGO(`(500 - n % 400)`)}, 1
   FROM generate_series(1, ${sizes.products}) AS n`,
  `INSERT INTO stock_movements (id, product_id, delta, reason, created_at)
   SELECT pg_temp.id('movement', n), pg_temp.id('product', n), 1000000000, 'first stock', ${AGO(`(500 - n % 400)`)}
   FROM generate_series(1, ${sizes.products}) AS n`,
  `INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, created_at, updated_at, version)
   SELECT pg_temp.id('order', n), pg_temp.id('user', 1 + n % ${sizes.members}), 'delivered', 'desk', total, 0, total, at, at, 2
   FROM (
     SELECT n, ${AGO(`(365 - 364.0 * n / ${sizes.orders})`)} AS at,
       (SELECT sum(100 + (1 + (n * 3 + l) % ${sizes.products}) % 5000) FROM generate_series(0, 2) AS l) AS total
     FROM generate_series(1, ${sizes.orders}) AS n) AS o`,
  `INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
   SELECT pg_temp.id('line', n * 3 + l), pg_temp.id('order', n), l, pg_temp.id('product', p), 'SKU-' || p, 'Product number ' || p, 1,
     100 + p % 5000, 0, 100 + p % 5000
   FROM generate_series(1, ${sizes.orders}) AS n, generate_series(0, 2) AS l,
     LATERAL (SELECT 1 + (n * 3 + l) % ${sizes.products} AS p) AS of`,
  `INSERT INTO payments (id, order_id, method, amount, status, created_at, settled_at)
   SELECT pg_temp.id('payment', n), pg_temp.id('order', n), 'desk', o.total, 'captured', o.created_at, o.created_at
   FROM generate_series(1, ${sizes.orders}) AS n JOIN orders o ON o.id = pg_temp.id('order', n)`,
  `INSERT INTO order_events (id, order_id, at, by, type, to_status, amount)
   SELECT pg_temp.id('event', n), pg_temp.id('order', n), o.created_at, o.user_id, 'placed', 'pending', o.total
   FROM generate_series(1, ${sizes.orders}) AS n JOIN orders o ON o.id = pg_temp.id('order', n)`,
  `INSERT INTO doctors (id, name, email, time_zone, is_active, hours_version, created_at, updated_at, version)
   SELECT pg_temp.id('doctor', n), 'Dr. ' || n, 'doctor' || n || '@bench.test', 'Europe/Berlin', true, 1, ${AGO('900')}, ${AGO('900')}, 1
   FROM generate_series(1, ${sizes.doctors}) AS n`,
  `INSERT INTO working_hours (doctor_id, weekday, from_minute, until_minute)
   SELECT pg_temp.id('doctor', n), day, 360, 1200 FROM generate_series(1, ${sizes.doctors}) AS n, generate_series(1, 7) AS day`,
  `INSERT INTO appointment_types (id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, min_notice_minutes,
     cancel_notice_minutes, max_reschedules, needs_approval, created_at, updated_at, version)
   VALUES (pg_temp.id('type', 1), 'Check-up', 30, 0, 0, 0, 0, 3, false, ${AGO('900')}, ${AGO('900')}, 1)`,
  `INSERT INTO patients (id, user_id, name, email, created_at, updated_at, version)
   SELECT pg_temp.id('patient', n), pg_temp.id('user', n), 'Person ' || n, 'user' || n || '@bench.test', ${AGO('800')}, ${AGO('800')}, 1
   FROM generate_series(1, ${sizes.members}) AS n`,
  // The past appointments of every doctor, half an hour each. No patient is at two doctors at once, because there are
  // fewer doctors than patients.
  `INSERT INTO appointments (id, doctor_id, patient_id, appointment_type_id, starts_at, ends_at, busy_from, busy_until, time_zone, status,
     reschedule_count, revision, created_at, updated_at, version)
   SELECT pg_temp.id('appointment', n), pg_temp.id('doctor', 1 + n % ${sizes.doctors}), pg_temp.id('patient', 1 + n % ${sizes.members}),
     pg_temp.id('type', 1), at, at + interval '30 minutes', at, at + interval '30 minutes', 'Europe/Berlin', 'fulfilled', 0, 1,
     at - interval '9 days', at, 2
   FROM (SELECT n, date_trunc('day', ${NOW}) - (1 + n / ${sizes.doctors}) * interval '30 minutes' AS at
         FROM generate_series(1, ${sizes.appointments}) AS n) AS a`,
  `INSERT INTO appointment_history (appointment_id, at, by_user_id, to_status, starts_at)
   SELECT a.id, a.created_at, p.user_id, 'booked', a.starts_at FROM appointments a JOIN patients p ON p.id = a.patient_id`,
  `INSERT INTO post_slugs (slug, post_id)
   SELECT 'post-' || n, pg_temp.id('post', n) FROM generate_series(1, ${sizes.posts}) AS n`,
  `INSERT INTO posts (id, author_id, slug, title, content, html, plain, html_version, tags, status, visibility, comment_policy,
     publish_at, revision, created_at, updated_at, version)
   SELECT pg_temp.id('post', n), pg_temp.id('user', ${STAFF}), 'post-' || n, 'Post number ' || n, words, '<p>' || words || '</p>', words,
     ${RENDERER_VERSION}, ARRAY['tag' || n % 50], 'published', 'public', 'open', at, 1, at, at, 1
   FROM (SELECT n, ${AGO(`(365 - 364.0 * n / ${sizes.posts})`)} AS at,
           'Some words about number ' || n || repeat(', and a few more of them', 10) AS words
         FROM generate_series(1, ${sizes.posts}) AS n) AS p`,
  `INSERT INTO post_revisions (post_id, number, title, content, tags, by_user_id, created_at)
   SELECT id, 1, title, content, tags, author_id, created_at FROM posts`,
  `INSERT INTO comments (id, post_id, author_id, comment, html, html_version, status, approved_at, created_at, updated_at, version)
   SELECT pg_temp.id('comment', n), p.id, pg_temp.id('user', 1 + n % ${sizes.members}), 'Comment number ' || n,
     '<p>Comment number ' || n || '</p>', ${RENDERER_VERSION}, 'approved', at, at, at, 1
   FROM (SELECT n, 1 + n % ${sizes.posts} AS of FROM generate_series(1, ${sizes.comments}) AS n) AS c
   JOIN posts p ON p.id = pg_temp.id('post', of),
   LATERAL (SELECT p.created_at + c.n % 1000 * interval '1 second' AS at) AS said`,
  `INSERT INTO cash_real_accounts (id, name, kind, currency, created_at, updated_at, version)
   VALUES (pg_temp.id('real-account', 1), 'Bench', 'bank', 'EUR', ${AGO('900')}, ${AGO('900')}, 1)`,
  `INSERT INTO cash_accounts (id, name, real_account_id, type, currency, is_default, created_at, updated_at, version)
   SELECT pg_temp.id('account', n), 'Envelope ' || n, pg_temp.id('real-account', 1), 'equity', 'EUR', n = 1, ${AGO('900')}, ${AGO('900')}, 1
   FROM generate_series(1, ${sizes.envelopes}) AS n`,
  `INSERT INTO cash_amounts (id, account_id, real_account_id, currency, amount, held, version, hot, checkpoint, frozen)
   SELECT pg_temp.id('amount', n), pg_temp.id('account', n), pg_temp.id('real-account', 1), 'EUR', 0, 0, 0, false, 0, false
   FROM generate_series(1, ${sizes.envelopes}) AS n`,
];

/**
 * Fills a migrated, empty database as its superuser and without triggers, which takes a minute. The rows satisfy every
 * rule all the same. `at` is the present of the data.
 */
export async function writeData(
  { superuserUrl, ownerUrl }: Readonly<{ superuserUrl: string; ownerUrl: string }>,
  sizes: Sizes,
  say: (line: string) => void,
  at = new Date(),
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(setNow(at));
    await client.query('SET session_replication_role = replica');
    for (const statement of statementsFor(sizes)) {
      const startedMs = performance.now();
      await client.query(statement);
      const [what] = /(?<=INSERT INTO )\w+/.exec(statement) ?? [];
      if (what !== undefined) say(`${what}: ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
    }
  } finally {
    await client.end();
  }
  say(`cash_postings: ${sizes.postings.toLocaleString('en')}`);
  await writeHistory(ownerUrl, sizes.postings);
  await settle(superuserUrl);
}

/** Updates statistics and visibility and writes a checkpoint, so that no round pays for the creation of the data. */
export async function settle(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
