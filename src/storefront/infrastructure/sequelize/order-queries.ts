import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type {
  NamedEvent,
  OpenPayment,
  OpenRefund,
  OrderFilter,
  OrderQueries,
} from '../../application/ports.js';
import { instantKey, toNumber } from './columns.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

const FIND: Statement = { name: 'storefront_order', text: `${SELECT_ORDERS} WHERE o.id = $1` };
const FIND_BY_PAYMENT: Statement = {
  name: 'storefront_order_by_payment',
  text: `${SELECT_ORDERS} WHERE o.id = (SELECT order_id FROM payments WHERE id = $1)`,
};

/** One condition a filter, in the order of their parameters. */
const CONDITIONS: readonly Readonly<{ of: keyof OrderFilter; sql: (parameter: string) => string }>[] = [
  { of: 'userId', sql: (parameter) => `o.user_id = ${parameter}::uuid` },
  { of: 'statuses', sql: (parameter) => `o.status = ANY (${parameter}::order_status[])` },
  { of: 'from', sql: (parameter) => `o.created_at >= ${parameter}::timestamptz` },
  { of: 'to', sql: (parameter) => `o.created_at < ${parameter}::timestamptz` },
  { of: 'discountCode', sql: (parameter) => `o.discount_code = ${parameter}::text` },
];

/**
 * A statement for each combination of filters (at most 64), so that each has a plan of its own that uses its index:
 * the partial one on discount codes serves only a statement that asks for one.
 */
function listStatement(
  filter: OrderFilter,
  newestFirst: boolean,
): Readonly<{ statement: Statement; values: unknown[] }> {
  const asked = CONDITIONS.filter(({ of }) => filter[of] !== undefined);
  const direction = newestFirst ? 'DESC' : 'ASC';
  const conditions = [
    `($1::timestamptz IS NULL OR (o.created_at, o.id) ${newestFirst ? '<' : '>'} ($1, $2::uuid))`,
    ...asked.map(({ sql }, index) => sql(`$${index + 4}`)),
  ];
  return {
    statement: {
      name: ['storefront_orders', direction.toLowerCase(), ...asked.map(({ of }) => of)].join('_'),
      text: `${SELECT_ORDERS} WHERE ${conditions.join(' AND ')}
        ORDER BY o.created_at ${direction}, o.id ${direction} LIMIT $3`,
    },
    values: asked.map(({ of }) => filter[of]),
  };
}

const EVENTS: Statement = {
  name: 'storefront_order_events',
  text: `
    SELECT e.id, e.at, e.by AS "byId", u.name AS "byName", e.type, e.from_status AS "from", e.to_status AS "to", e.amount
    FROM order_events e LEFT JOIN public_users u ON u.id = e.by
    WHERE e.order_id = $1 AND ($2::timestamptz IS NULL OR (e.at, e.id) > ($2, $3::uuid))
    ORDER BY e.at, e.id
    LIMIT $4`,
};
type EventRow = Omit<NamedEvent, 'by' | 'amount'> &
  Readonly<{ byId: string | null; byName: string | null; amount: string | null }>;

const toEvent = ({ byId, byName, amount, ...event }: EventRow): NamedEvent => ({
  ...event,
  by: byId === null ? null : { id: byId, name: byName ?? '' },
  amount: amount === null ? null : toNumber(amount),
});

const EXPIRED: Statement = {
  name: 'storefront_expired_orders',
  text: `
    SELECT o.id FROM orders o
    WHERE o.status = 'pending' AND o.expires_at <= $1
      AND NOT EXISTS (SELECT FROM payments p WHERE p.order_id = o.id AND p.status = 'processing')
    ORDER BY o.expires_at, o.id
    LIMIT $2`,
};

const OPEN_PAYMENTS: Statement = {
  name: 'storefront_open_payments',
  text: `
    SELECT order_id AS "orderId", id AS "paymentId", created_at AS "createdAt", status FROM (
      SELECT * FROM payments WHERE status = 'processing' AND created_at < $1
      UNION ALL
      SELECT * FROM payments WHERE status = 'failed' AND settled_at > $2
    ) AS open
    ORDER BY created_at, id
    LIMIT $3`,
};

const OPEN_REFUNDS: Statement = {
  name: 'storefront_open_refunds',
  text: `
    SELECT order_id AS "orderId", id AS "refundId" FROM refunds
    WHERE status = 'pending' AND created_at < $1
    ORDER BY created_at, id
    LIMIT $2`,
};

export const makeOrderQueries = ({ database }: { database: Database }): OrderQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<OrderColumns>(statement, [value]);
    return row && toOrder(row);
  };
  return {
    find: (id) => one(FIND, id),
    findByPayment: (paymentId) => one(FIND_BY_PAYMENT, paymentId),
    async list(filter, { limit, after }, newestFirst) {
      const { statement, values } = listStatement(filter, newestFirst);
      const rows = await database.rows<OrderColumns>(statement, [...instantKey(after), limit + 1, ...values]);
      return toPage(rows.map(toOrder), limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
    async events(orderId, { limit, after }) {
      const rows = await database.rows<EventRow>(EVENTS, [orderId, ...instantKey(after), limit + 1]);
      return toPage(rows.map(toEvent), limit, ({ at, id }) => [at.getTime(), id]);
    },
    async expired(now, limit) {
      return (await database.rows<{ id: string }>(EXPIRED, [now, limit])).map(({ id }) => id);
    },
    openPayments: ({ begunBefore, failedSince }, limit) =>
      database.rows<OpenPayment>(OPEN_PAYMENTS, [begunBefore, failedSince, limit]),
    openRefunds: (begunBefore, limit) => database.rows<OpenRefund>(OPEN_REFUNDS, [begunBefore, limit]),
  };
};
