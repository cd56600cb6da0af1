'use strict';

// The shop of the demo practice: a shelf, some codes, and orders in every state there is, each of them sound by every
// rule (npx praxis integrity): what was sold is off the shelf, and what was paid is in the books and at the gateway.

const CURRENCY = 'EUR';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STAFF = '01999999-0002-7000-8000-000000000002';
const MEMBER = '01999999-0003-7000-8000-000000000003';
const ANNA = '01999999-0004-7000-8000-000000000001';
const CHIARA = '01999999-0004-7000-8000-000000000003';

/** Ids of ours: `kind` tells them from those of other seeders, so that they can be taken out again. */
const idOf = (kind, n) => `01999999-${kind}-7000-8000-${String(n).padStart(12, '0')}`;
const PRODUCT = '2001';
const MOVEMENT = '2002';
const DISCOUNT = '2003';
const ORDER = '2004';
const LINE = '2005';
const PAYMENT = '2006';
const REFUND = '2007';
const EVENT = '2008';
const TRANSACTION = '2009';

/** [sku, name, description, price, delivered]; the last but one is sold out, the last retired. */
const PRODUCTS = [
  ['BRUSH-SOFT', 'Toothbrush, soft', 'For sensitive gums.', 490, 60],
  ['BRUSH-MEDIUM', 'Toothbrush, medium', 'For everyday.', 450, 80],
  ['BRUSH-KIDS', 'Toothbrush for children', 'From three years on, with a dinosaur.', 390, 40],
  ['BRUSH-SONIC', 'Sonic toothbrush', 'With two heads and a travel case.', 8_900, 12],
  ['HEADS-SONIC', 'Heads for the sonic toothbrush, four', null, 1_990, 30],
  ['PASTE-MINT', 'Toothpaste, mint', '75 ml, with fluoride.', 380, 100],
  ['PASTE-KIDS', 'Toothpaste for children', '50 ml, strawberry.', 340, 45],
  ['FLOSS', 'Dental floss', '50 m, waxed.', 290, 120],
  ['INTER-MIX', 'Interdental brushes, mixed', 'Eight brushes in four sizes.', 690, 50],
  ['RINSE', 'Mouth rinse', '500 ml, without alcohol.', 720, 35],
  ['SPLINT-BOX', 'Box for splints', 'With air holes, easy to clean.', 850, 2],
  ['TONGUE', 'Tongue scraper', 'Replaced by a better one.', 520, 5],
];
const RETIRED = 'TONGUE';

/** [code, kind, value, minSubtotal, maxUsesPerUser, days until it ends] */
const DISCOUNTS = [
  ['WELCOME10', 'percent', 1_000, 0, 1, null],
  ['FIVE', 'fixed', 500, 3_000, null, 60],
  ['SUMMER', 'percent', 2_000, 0, null, -40],
];

/** Prices end in 0, so that ten per cent of every line is a whole number. */
const ORDERS = [
  {
    user: MEMBER,
    hoursAgo: 32 * 24,
    lines: { 'BRUSH-SONIC': 1, FLOSS: 2 },
    discount: 'WELCOME10',
    payment: 'card',
    status: 'delivered',
  },
  {
    user: ANNA,
    hoursAgo: 25 * 24,
    lines: { 'PASTE-MINT': 3, RINSE: 1 },
    payment: 'desk',
    status: 'delivered',
  },
  {
    user: MEMBER,
    hoursAgo: 21 * 24,
    lines: { 'INTER-MIX': 2, RINSE: 1 },
    payment: 'desk',
    status: 'delivered',
    refund: { amount: 690, reason: 'one pack was damaged' },
  },
  { user: MEMBER, hoursAgo: 14 * 24, lines: { 'BRUSH-KIDS': 4 }, status: 'expired' },
  { user: MEMBER, hoursAgo: 5 * 24, lines: { 'SPLINT-BOX': 1 }, payment: 'card', status: 'cancelled' },
  { user: CHIARA, hoursAgo: 60, lines: { 'SPLINT-BOX': 2 }, payment: 'card', status: 'shipped' },
  {
    user: MEMBER,
    hoursAgo: 50,
    lines: { 'HEADS-SONIC': 1, 'PASTE-MINT': 2 },
    payment: 'card',
    status: 'shipped',
  },
  {
    user: MEMBER,
    hoursAgo: 26,
    lines: { 'BRUSH-SOFT': 2, 'PASTE-KIDS': 1 },
    method: 'desk',
    status: 'pending',
  },
  { user: ANNA, hoursAgo: 7, lines: { FLOSS: 5 }, payment: 'card', status: 'processing' },
  {
    user: MEMBER,
    hoursAgo: 3,
    lines: { 'BRUSH-MEDIUM': 1, 'INTER-MIX': 1 },
    payment: 'card',
    status: 'processing',
  },
];

const CARDS = { [MEMBER]: 'tok_visa_4242', [ANNA]: 'tok_visa_1881', [CHIARA]: 'tok_maestro_0604' };

/** Rows of every table. */
function shop(now) {
  const at = (hoursAgo) => new Date(now.getTime() - hoursAgo * HOUR_MS);
  const opened = at(60 * 24);
  const stock = new Map();
  const rows = {
    now,
    products: [],
    movements: [],
    discounts: [],
    uses: [],
    orders: [],
    lines: [],
    events: [],
  };
  Object.assign(rows, { payments: [], refunds: [], charges: [], paidBack: [], bookings: [] });
  const move = (sku, delta, reason, when, orderId = null) => {
    stock.set(sku, (stock.get(sku) ?? 0) + delta);
    const productId = idOf(PRODUCT, PRODUCTS.findIndex(([each]) => each === sku) + 1);
    rows.movements.push({
      id: idOf(MOVEMENT, rows.movements.length + 1),
      productId,
      delta,
      reason,
      orderId,
      at: when,
    });
    return productId;
  };
  for (const [sku, , , , delivered] of PRODUCTS) move(sku, delivered, 'first stock', opened);

  const used = new Map();
  ORDERS.forEach((order, index) => {
    const id = idOf(ORDER, index + 1);
    const placedAt = at(order.hoursAgo);
    const later = (hours) => new Date(Math.min(placedAt.getTime() + hours * HOUR_MS, now.getTime()));
    const record = (type, when, by, more = {}) =>
      rows.events.push({ id: idOf(EVENT, rows.events.length + 1), orderId: id, at: when, by, type, ...more });
    let subtotal = 0;
    let discount = 0;
    Object.entries(order.lines).forEach(([sku, quantity], position) => {
      const productId = move(sku, -quantity, 'ordered', placedAt, id);
      const [, name, , unitPrice] = PRODUCTS.find(([each]) => each === sku);
      const off = order.discount === undefined ? 0 : (quantity * unitPrice) / 10;
      const total = quantity * unitPrice - off;
      rows.lines.push({
        id: idOf(LINE, rows.lines.length + 1),
        orderId: id,
        position,
        productId,
        sku,
        name,
        quantity,
        unitPrice,
        discount: off,
        total,
      });
      subtotal += quantity * unitPrice;
      discount += off;
    });
    const total = subtotal - discount;
    const method = order.payment ?? 'desk';
    const cancelled = order.status === 'expired' || order.status === 'cancelled';
    let updatedAt = placedAt;
    record('placed', placedAt, order.user, { to: 'pending', amount: total });
    if (order.payment !== undefined) {
      const paymentId = idOf(PAYMENT, rows.payments.length + 1);
      const paidAt = method === 'card' ? placedAt : later(20);
      const token = CARDS[order.user];
      rows.payments.push({
        id: paymentId,
        orderId: id,
        method,
        amount: total,
        last4: method === 'card' ? token.slice(-4) : null,
        at: paidAt,
      });
      if (method === 'card') rows.charges.push({ key: paymentId, token, amount: total, at: paidAt });
      if (method === 'card') record('paymentStarted', paidAt, order.user, { amount: total });
      const by = method === 'card' ? order.user : STAFF;
      record('paymentCaptured', paidAt, by, { from: 'pending', to: 'processing', amount: total });
      rows.bookings.push({
        orderId: id,
        event: `payment:${paymentId}`,
        till: method,
        amount: total,
        at: paidAt,
      });
      updatedAt = paidAt;
      const refund =
        order.status === 'cancelled' ? { amount: total, reason: 'order cancelled' } : order.refund;
      if (refund !== undefined) {
        const refundId = idOf(REFUND, rows.refunds.length + 1);
        const refundedAt = later(30);
        rows.refunds.push({ id: refundId, orderId: id, paymentId, ...refund, at: refundedAt });
        if (method === 'card')
          rows.paidBack.push({ key: refundId, chargeKey: paymentId, amount: refund.amount, at: refundedAt });
        rows.bookings.push({
          orderId: id,
          event: `refund:${refundId}`,
          till: method,
          amount: -refund.amount,
          at: refundedAt,
        });
        record('refundSucceeded', refundedAt, null, { amount: refund.amount });
        updatedAt = refundedAt;
      }
    }
    const go = (from, to, hours) => {
      updatedAt = later(hours);
      record(to, updatedAt, STAFF, { from, to });
    };
    if (order.status === 'shipped' || (order.status === 'delivered' && method === 'card'))
      go('processing', 'shipped', 22);
    if (order.status === 'delivered') go(method === 'card' ? 'shipped' : 'processing', 'delivered', 28);
    if (cancelled) {
      updatedAt = order.status === 'expired' ? later(7 * 24) : later(30);
      for (const [sku, quantity] of Object.entries(order.lines))
        move(sku, quantity, 'order cancelled', updatedAt, id);
      record(order.status, updatedAt, order.status === 'expired' ? null : order.user, {
        from: order.status === 'expired' ? 'pending' : 'processing',
        to: 'cancelled',
      });
    }
    const discountId =
      order.discount === undefined
        ? null
        : idOf(DISCOUNT, DISCOUNTS.findIndex(([code]) => code === order.discount) + 1);
    if (discountId !== null && !cancelled) {
      used.set(order.discount, (used.get(order.discount) ?? 0) + 1);
      rows.uses.push({ discountId, userId: order.user, used: 1 });
    }
    rows.orders.push({
      id,
      userId: order.user,
      status: order.status === 'expired' ? 'cancelled' : order.status,
      method,
      subtotal,
      discount,
      total,
      discountId,
      discountCode: order.discount ?? null,
      expiresAt: order.status === 'pending' ? new Date(placedAt.getTime() + 7 * DAY_MS) : null,
      at: placedAt,
      updatedAt,
    });
  });

  PRODUCTS.forEach(([sku, name, description, price], index) =>
    rows.products.push({
      id: idOf(PRODUCT, index + 1),
      sku,
      name,
      description,
      price,
      stock: stock.get(sku),
      isActive: sku !== RETIRED,
      at: new Date(opened.getTime() + index * HOUR_MS),
    }),
  );
  DISCOUNTS.forEach(([code, kind, value, minSubtotal, maxUsesPerUser, days], index) =>
    rows.discounts.push({
      id: idOf(DISCOUNT, index + 1),
      code,
      kind,
      basisPoints: kind === 'percent' ? value : null,
      amount: kind === 'fixed' ? value : null,
      minSubtotal,
      maxUsesPerUser,
      endsAt: days === null ? null : new Date(now.getTime() + days * DAY_MS),
      used: used.get(code) ?? 0,
      at: new Date(opened.getTime() + index * HOUR_MS),
    }),
  );
  rows.bookings = rows.bookings.map((booking, index) => ({
    ...booking,
    id: idOf(TRANSACTION, index + 1),
    position: index,
  }));
  return rows;
}

/** `$1 -> name` as rows. */
const table = (name, alias, columns) => `json_to_recordset($1::json -> '${name}') AS ${alias} (${columns})`;

/**
 * One statement: all of it or nothing, and the triggers of the books see transactions and postings together.
 * The sandbox gateway may still know these charges from before the shop's tables were dropped.
 */
const INSERT = `
  WITH product AS (
    INSERT INTO products (id, sku, name, description, price, stock, is_active, created_at, updated_at, version)
    SELECT id, sku, name, description, price, stock, "isActive", at, at, 1
    FROM ${table('products', 'p', 'id uuid, sku text, name text, description text, price bigint, stock bigint, "isActive" boolean, at timestamptz')}
  ), movement AS (
    INSERT INTO stock_movements (id, product_id, delta, reason, order_id, created_at)
    SELECT id, "productId", delta, reason, "orderId", at
    FROM ${table('movements', 'm', 'id uuid, "productId" uuid, delta bigint, reason text, "orderId" uuid, at timestamptz')}
  ), discount AS (
    INSERT INTO discounts (id, code, kind, basis_points, amount, min_subtotal, ends_at, max_uses_per_user, is_active, used,
      created_at, updated_at, version)
    SELECT id, code, kind, "basisPoints", amount, "minSubtotal", "endsAt", "maxUsesPerUser", true, used, at, at, 1
    FROM ${table('discounts', 'd', 'id uuid, code text, kind text, "basisPoints" int, amount bigint, "minSubtotal" bigint, "endsAt" timestamptz, "maxUsesPerUser" int, used int, at timestamptz')}
  ), use AS (
    INSERT INTO discount_uses (discount_id, user_id, used)
    SELECT "discountId", "userId", used FROM ${table('uses', 'u', '"discountId" uuid, "userId" uuid, used int')}
  ), placed AS (
    INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, discount_id, discount_code, expires_at,
      created_at, updated_at, version)
    SELECT id, "userId", status, method, subtotal, discount, total, "discountId", "discountCode", "expiresAt", at, "updatedAt", 1
    FROM ${table('orders', 'o', 'id uuid, "userId" uuid, status order_status, method text, subtotal bigint, discount bigint, total bigint, "discountId" uuid, "discountCode" text, "expiresAt" timestamptz, at timestamptz, "updatedAt" timestamptz')}
    ORDER BY at
    RETURNING id, number
  ), line AS (
    INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
    SELECT id, "orderId", position, "productId", sku, name, quantity, "unitPrice", discount, total
    FROM ${table('lines', 'l', 'id uuid, "orderId" uuid, position smallint, "productId" uuid, sku text, name text, quantity int, "unitPrice" bigint, discount bigint, total bigint')}
  ), event AS (
    INSERT INTO order_events (id, order_id, at, by, type, from_status, to_status, amount)
    SELECT id, "orderId", at, by, type, "from", "to", amount
    FROM ${table('events', 'e', 'id uuid, "orderId" uuid, at timestamptz, by uuid, type text, "from" order_status, "to" order_status, amount bigint')}
  ), payment AS (
    INSERT INTO payments (id, order_id, method, amount, status, card_last4, created_at, settled_at)
    SELECT id, "orderId", method, amount, 'captured', last4, at, at
    FROM ${table('payments', 'p', 'id uuid, "orderId" uuid, method text, amount bigint, last4 text, at timestamptz')}
  ), refund AS (
    INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at, settled_at)
    SELECT id, "orderId", "paymentId", amount, reason, 'succeeded', at, at
    FROM ${table('refunds', 'r', 'id uuid, "orderId" uuid, "paymentId" uuid, amount bigint, reason text, at timestamptz')}
  ), charge AS (
    INSERT INTO sandbox_charges (key, token, amount, currency, outcome, created_at)
    SELECT key, token, amount, '${CURRENCY}', 'captured', at
    FROM ${table('charges', 'c', 'key text, token text, amount bigint, at timestamptz')}
    ON CONFLICT (key) DO NOTHING
  ), paid_back AS (
    INSERT INTO sandbox_refunds (key, charge_key, amount, outcome, created_at)
    SELECT key, "chargeKey", amount, 'succeeded', at
    FROM ${table('paidBack', 'b', 'key text, "chargeKey" text, amount bigint, at timestamptz')}
    ON CONFLICT (key) DO NOTHING
  ), booking AS MATERIALIZED (
    SELECT b.*, placed.number AS order_number
    FROM ${table('bookings', 'b', 'id uuid, position int, "orderId" uuid, event text, till text, amount bigint, at timestamptz')}
    JOIN placed ON placed.id = b."orderId"
  ), posted AS (
    INSERT INTO cash_transactions (id, amount, currency, description, effective_at, posted_at, origin_type, origin_id,
      origin_event, created_by)
    SELECT id, abs(amount), '${CURRENCY}', CASE WHEN amount > 0 THEN 'Order ' ELSE 'Refund, order ' END || order_number, at,
      ($1::json ->> 'now')::timestamptz, 'order', "orderId"::text, event, '${STAFF}'
    FROM booking ORDER BY position
    RETURNING id, number
  ), cell AS (
    SELECT e.code, a.id, a.amount, a.version FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id
    WHERE e.code IN ('shop-income', 'card-clearing', 'desk-cash') AND a.real_account_id = e.real_account_id
  ), landing AS MATERIALIZED (
    SELECT posted.number, cell.id AS amount_id, booking.amount AS delta, booking.at,
      (cell.version + row_number() OVER steps)::int AS version, cell.amount + sum(booking.amount) OVER steps AS after
    FROM booking JOIN posted USING (id)
    JOIN cell ON cell.code = CASE booking.till WHEN 'card' THEN 'card-clearing' ELSE 'desk-cash' END
    WINDOW steps AS (PARTITION BY cell.id ORDER BY booking.position)
  ), side AS (
    INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
    SELECT number, amount_id, delta, '${CURRENCY}', version, after, at, ($1::json ->> 'now')::timestamptz FROM landing
    UNION ALL
    SELECT landing.number, cell.id, -landing.delta, '${CURRENCY}', NULL, NULL, landing.at, ($1::json ->> 'now')::timestamptz
    FROM landing JOIN cell ON cell.code = 'shop-income'
  )
  UPDATE cash_amounts a SET amount = last.after, version = last.version
  FROM (SELECT DISTINCT ON (amount_id) amount_id, after, version FROM landing ORDER BY amount_id, version DESC) AS last
  WHERE a.id = last.amount_id
`;

// Refused by the foreign keys once somebody else's orders hold these products: those stay. One query, so that it is one
// transaction whoever runs it, and SET LOCAL lasts to its end.
const DELETE = `
  SET LOCAL praxis.maintenance = 'on';
  DELETE FROM cash_postings p USING cash_transactions t
    WHERE t.number = p.transaction_number AND t.id::text LIKE '01999999-${TRANSACTION}-%';
  DELETE FROM cash_transactions WHERE id::text LIKE '01999999-${TRANSACTION}-%';
  UPDATE cash_amounts a SET amount = rest.amount, version = rest.version
  FROM (
    SELECT a.id, coalesce(sum(p.delta), 0) AS amount, count(p.version) AS version
    FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id LEFT JOIN cash_postings p ON p.amount_id = a.id
    WHERE e.code IN ('card-clearing', 'desk-cash')
    GROUP BY a.id
  ) AS rest
  WHERE a.id = rest.id;
  DELETE FROM sandbox_refunds WHERE key LIKE '01999999-${REFUND}-%';
  DELETE FROM sandbox_charges WHERE key LIKE '01999999-${PAYMENT}-%';
  DELETE FROM refunds WHERE id::text LIKE '01999999-${REFUND}-%';
  DELETE FROM payments WHERE id::text LIKE '01999999-${PAYMENT}-%';
  DELETE FROM order_events WHERE id::text LIKE '01999999-${EVENT}-%';
  DELETE FROM order_lines WHERE id::text LIKE '01999999-${LINE}-%';
  DELETE FROM stock_movements WHERE id::text LIKE '01999999-${MOVEMENT}-%';
  DELETE FROM orders WHERE id::text LIKE '01999999-${ORDER}-%';
  DELETE FROM discounts WHERE id::text LIKE '01999999-${DISCOUNT}-%';
  DELETE FROM products WHERE id::text LIKE '01999999-${PRODUCT}-%';
  SET LOCAL praxis.maintenance = 'off';
`;

module.exports = {
  up: ({ sequelize }) => sequelize.query(INSERT, { bind: [JSON.stringify(shop(new Date()))] }),
  down: ({ sequelize }) => sequelize.query(DELETE),
};
