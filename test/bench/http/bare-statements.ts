// What somebody would write by hand on node:http and pg: the statements the work needs, as few round trips as it needs,
// JSON printed by PostgreSQL. No sign-in, validation, limits, retries, logs or metrics.

const INSTANT = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const MONEY = (column: string) => `json_build_object('amount', ${column}, 'currency', 'EUR')`;

export const PRODUCT = {
  name: 'product',
  text: `SELECT json_build_object('id', id, 'sku', sku, 'name', name, 'description', description, 'price', ${MONEY('price')},
      'isActive', is_active, 'inStock', stock > 0, 'version', version, 'createdAt', ${INSTANT('created_at')},
      'updatedAt', ${INSTANT('updated_at')})::text AS json
    FROM products WHERE id = $1 AND is_active`,
};

export const ORDERS = {
  name: 'orders',
  text: `SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', o.id, 'number', o.number, 'userId', o.user_id,
      'status', o.status, 'lines', (
        SELECT json_agg(json_build_object('id', l.id, 'productId', l.product_id, 'sku', l.sku, 'name', l.name, 'quantity', l.quantity,
          'unitPrice', ${MONEY('l.unit_price')}, 'discount', ${MONEY('l.discount')}, 'total', ${MONEY('l.total')}) ORDER BY l.position)
        FROM order_lines l WHERE l.order_id = o.id),
      'subtotal', ${MONEY('o.subtotal')}, 'discount', ${MONEY('o.discount')}, 'total', ${MONEY('o.total')},
      'discountCode', o.discount_code, 'expiresAt', ${INSTANT('o.expires_at')}, 'payments', (
        SELECT coalesce(json_agg(json_build_object('id', p.id, 'method', p.method, 'amount', ${MONEY('p.amount')}, 'status', p.status,
          'createdAt', ${INSTANT('p.created_at')}) ORDER BY p.created_at, p.id), '[]')
        FROM payments p WHERE p.order_id = o.id),
      'refunds', (
        SELECT coalesce(json_agg(json_build_object('id', r.id, 'amount', ${MONEY('r.amount')}, 'reason', r.reason, 'status', r.status,
          'createdAt', ${INSTANT('r.created_at')}) ORDER BY r.created_at, r.id), '[]')
        FROM refunds r WHERE r.order_id = o.id),
      'version', o.version, 'createdAt', ${INSTANT('o.created_at')}, 'updatedAt', ${INSTANT('o.updated_at')})
      ORDER BY o.created_at DESC, o.id DESC), '[]'))::text AS json
    FROM (SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 20) AS o`,
};

export const POSTS = {
  name: 'posts',
  text: `SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'title', p.title,
      'content', p.content, 'html', p.html, 'tags', p.tags, 'author', json_build_object('id', u.id, 'name', u.full_name),
      'status', p.status, 'visibility', p.visibility, 'commentPolicy', p.comment_policy, 'publishAt', ${INSTANT('p.publish_at')},
      'comments', (
        SELECT coalesce(json_agg(json_build_object('id', c.id, 'postId', c.post_id, 'parentId', c.parent_id,
          'author', json_build_object('id', a.id, 'name', a.full_name), 'comment', c.comment, 'html', c.html, 'status', c.status,
          'version', c.version, 'createdAt', ${INSTANT('c.created_at')}, 'editedAt', ${INSTANT('c.edited_at')})
          ORDER BY c.created_at DESC, c.id DESC), '[]')
        FROM (SELECT * FROM comments WHERE post_id = p.id AND status = 'approved' ORDER BY created_at DESC, id DESC LIMIT 10) AS c
        JOIN users a ON a.id = c.author_id),
      'version', p.version, 'createdAt', ${INSTANT('p.created_at')}, 'updatedAt', ${INSTANT('p.updated_at')})
      ORDER BY p.sort_at DESC, p.id DESC), '[]'))::text AS json
    FROM (
      SELECT * FROM posts WHERE status = 'published' AND publish_at <= now() AND visibility = 'public'
      ORDER BY sort_at DESC, id DESC LIMIT 20
    ) AS p JOIN users u ON u.id = p.author_id`,
};

export const TAKE_STOCK = {
  name: 'take_stock',
  text: `WITH wanted AS (
      SELECT * FROM json_to_recordset($1::json) AS w (id uuid, "productId" uuid, quantity bigint)
    ), held AS MATERIALIZED (
      SELECT p.*, w.quantity FROM products p JOIN wanted w ON w."productId" = p.id ORDER BY p.id FOR NO KEY UPDATE OF p
    ), moved AS (
      UPDATE products p SET stock = p.stock - held.quantity FROM held WHERE p.id = held.id AND p.stock >= held.quantity RETURNING p.id
    ), noted AS (
      INSERT INTO stock_movements (id, product_id, delta, reason, order_id, created_at)
      SELECT w.id, w."productId", -w.quantity, 'ordered', $2, $3 FROM wanted w
    )
    SELECT held.id, sku, name, price::int AS price, quantity::int AS quantity FROM held JOIN moved USING (id)`,
};

export const PLACE_ORDER = {
  name: 'place_order',
  text: `WITH placed AS (
      INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, expires_at, created_at, updated_at, version)
      VALUES ($1, $2, 'pending', 'desk', $3, 0, $3, $5::timestamptz + interval '7 days', $5, $5, 1) RETURNING *
    ), lines AS (
      INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
      SELECT id, $1, position, "productId", sku, name, quantity, price, 0, price * quantity
      FROM json_to_recordset($4::json) AS l (id uuid, position smallint, "productId" uuid, sku text, name text, quantity int, price bigint)
      RETURNING *
    ), event AS (
      INSERT INTO order_events (id, order_id, at, by, type, to_status, amount) VALUES ($6, $1, $5, $2, 'placed', 'pending', $3)
    ), job AS (
      INSERT INTO jobs (id, kind, payload, run_at)
      VALUES ($7, 'storefront.order-mail', jsonb_build_object('orderId', $1::uuid, 'occasion', 'placed'), now())
    )
    SELECT json_build_object('id', o.id, 'number', o.number, 'userId', o.user_id, 'status', o.status, 'lines', (
        SELECT json_agg(json_build_object('id', l.id, 'productId', l.product_id, 'sku', l.sku, 'name', l.name, 'quantity', l.quantity,
          'unitPrice', ${MONEY('l.unit_price')}, 'discount', ${MONEY('l.discount')}, 'total', ${MONEY('l.total')}) ORDER BY l.position)
        FROM lines l),
      'subtotal', ${MONEY('o.subtotal')}, 'discount', ${MONEY('o.discount')}, 'total', ${MONEY('o.total')}, 'discountCode', NULL,
      'expiresAt', ${INSTANT('o.expires_at')}, 'payments', '[]'::json, 'refunds', '[]'::json, 'version', o.version,
      'createdAt', ${INSTANT('o.created_at')}, 'updatedAt', ${INSTANT('o.updated_at')})::text AS json
    FROM placed o`,
};

export const LOCK_DOCTOR = {
  name: 'lock_doctor',
  text: `SELECT d.time_zone, t.duration_minutes FROM doctors d, appointment_types t
    WHERE d.id = $1 AND d.is_active AND t.id = $2 AND t.retired_at IS NULL FOR NO KEY UPDATE OF d`,
};
export const LOCK_DIARY = { name: 'lock_diary', text: `SELECT pg_advisory_xact_lock(7251, hashtext($1))` };
/** The EXCLUDE constraints see to it that nobody is in two places; hours and time off are looked at here. */
export const BOOK = {
  name: 'book',
  text: `WITH offered AS (
      SELECT d.*, t.name AS type_name, t.duration_minutes, p.name AS patient_name FROM doctors d, appointment_types t, patients p
      WHERE d.id = $2 AND t.id = $3 AND p.id = $4 AND EXISTS (
        SELECT FROM working_hours w WHERE w.doctor_id = d.id AND w.weekday = extract(isodow FROM $5::timestamptz AT TIME ZONE d.time_zone)
          AND extract(hour FROM $5::timestamptz AT TIME ZONE d.time_zone) * 60 + extract(minute FROM $5::timestamptz AT TIME ZONE d.time_zone)
            BETWEEN w.from_minute AND w.until_minute - t.duration_minutes
      ) AND NOT EXISTS (
        SELECT FROM time_off f WHERE f.doctor_id = d.id AND f.starts_at < $5::timestamptz + interval '30 minutes' AND f.ends_at > $5
      )
    ), booked AS (
      INSERT INTO appointments (id, doctor_id, patient_id, appointment_type_id, starts_at, ends_at, busy_from, busy_until, time_zone,
        status, reschedule_count, revision, created_at, updated_at, version)
      SELECT $1, $2, $4, $3, $5, $5::timestamptz + interval '30 minutes', $5, $5::timestamptz + interval '30 minutes', time_zone, 'booked',
        0, 1, $6, $6, 1 FROM offered
      RETURNING *
    ), noted AS (
      INSERT INTO appointment_history (appointment_id, at, by_user_id, to_status, starts_at)
      SELECT id, created_at, $7, status, starts_at FROM booked
    ), job AS (
      INSERT INTO jobs (id, kind, payload, dedupe_key, run_at)
      VALUES ($8, 'clinic.appointment-mail', jsonb_build_object('appointmentId', $1::uuid, 'kind', 'booked'), $1 || ':booked', now()),
        ($9, 'clinic.appointment-mail', jsonb_build_object('appointmentId', $1::uuid, 'kind', 'reminder'), $1 || ':reminder',
          $5::timestamptz - interval '1 day')
    )
    SELECT json_build_object('id', a.id, 'doctor', json_build_object('id', o.id, 'name', o.name), 'patient',
      json_build_object('id', $4::uuid, 'name', o.patient_name), 'appointmentType', json_build_object('id', $3::uuid, 'name', o.type_name),
      'startsAt', ${INSTANT('a.starts_at')}, 'endsAt', ${INSTANT('a.ends_at')}, 'timeZone', a.time_zone, 'status', a.status,
      'reason', a.reason, 'rescheduleCount', 0, 'version', a.version, 'createdAt', ${INSTANT('a.created_at')})::text AS json
    FROM booked a, offered o`,
};

export const LOCK_AMOUNTS = {
  name: 'lock_amounts',
  text: `SELECT id, account_id AS "accountId", amount::float8 AS amount, version FROM cash_amounts
    WHERE account_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
};
export const POST_TRANSACTION = {
  name: 'post_transaction',
  text: `WITH posted AS (
      INSERT INTO cash_transactions (id, amount, currency, effective_at, posted_at, created_by) VALUES ($1, $2, 'EUR', $3, $3, $4)
      RETURNING number
    ), changed AS (
      UPDATE cash_amounts a SET amount = c.amount, version = c.version
      FROM json_to_recordset($5::json) AS c (id uuid, amount bigint, version int) WHERE a.id = c.id
    )
    INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
    SELECT posted.number, c.id, c.delta, 'EUR', c.version, c.amount, $3, $3
    FROM posted, json_to_recordset($5::json) AS c (id uuid, amount bigint, version int, delta bigint)
    RETURNING transaction_number`,
};
