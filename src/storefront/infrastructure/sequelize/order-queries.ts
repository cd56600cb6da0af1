import { toPage, type PageRequest } from '../../../kernel/page.js';
import type { Practice } from '../../../kernel/practice.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { withSerializedReply } from '../../../platform/database/serialized-reply.js';
import type {
  NamedEvent,
  OpenPayment,
  OpenRefund,
  OrderFilter,
  OrderQueries,
} from '../../application/ports.js';
import { instantKey } from '../../../platform/database/keyset.js';
import { toNumber } from './columns.js';
import { restoreOrderView, SERIALIZED_ORDER } from './serialized-orders.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

const FIND: Statement = { name: 'storefront_order', text: `${SELECT_ORDERS} WHERE o.id = $1` };
const FIND_BY_PAYMENT: Statement = {
  name: 'storefront_order_by_payment',
  text: `${SELECT_ORDERS} WHERE o.id = (SELECT order_id FROM payments WHERE id = $1)`,
};

/** The condition of each filter, in the order of the parameters. */
const CONDITIONS: readonly Readonly<{ of: keyof OrderFilter; sql: (parameter: string) => string }>[] = [
  { of: 'userId', sql: (parameter) => `o.user_id = ${parameter}::uuid` },
  { of: 'statuses', sql: (parameter) => `o.status = ANY (${parameter}::order_status[])` },
  { of: 'from', sql: (parameter) => `o.created_at >= ${parameter}::timestamptz` },
  { of: 'to', sql: (parameter) => `o.created_at < ${parameter}::timestamptz` },
  { of: 'discountCode', sql: (parameter) => `o.discount_code = ${parameter}::text` },
];

/**
 * A statement for each combination of filters (at most 64), so that each has its own plan and uses its own index: the
 * partial index on discount codes serves only a statement that filters by code. The first page has its own statements
 * too, because an optional condition (`$1 IS NULL OR …`) prevents an index scan.
 */
function listStatement(
  filter: OrderFilter,
  { limit, after }: PageRequest,
  { newestFirst, currency }: Readonly<{ newestFirst: boolean; currency: string }>,
): Readonly<{ statement: Statement; values: unknown[] }> {
  const values: unknown[] = [currency];
  const names = ['storefront_orders', newestFirst ? 'desc' : 'asc'];
  const conditions: string[] = [];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const direction = newestFirst ? 'DESC' : 'ASC';
  for (const { of, sql } of CONDITIONS) {
    const value = filter[of];
    if (value === undefined) continue;
    conditions.push(sql(next(value)));
    names.push(of);
  }
  if (after !== undefined) {
    const [at, id] = instantKey(after);
    conditions.push(
      `(o.created_at, o.id) ${newestFirst ? '<' : '>'} (${next(at)}::timestamptz, ${next(id)}::uuid)`,
    );
    names.push('after');
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `
    SELECT o.id, o.created_at AS "createdAt", ${SERIALIZED_ORDER} AS json
    FROM orders o ${where}
    ORDER BY o.created_at ${direction}, o.id ${direction} LIMIT ${next(limit + 1)}`;
  return { statement: { name: names.join('_'), text }, values };
}

type SerializedColumns = Readonly<{ id: string; createdAt: Date; json: string | null }>;

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
    ORDER BY status DESC, created_at, id
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

export const makeOrderQueries = ({
  database,
  practice: { currency },
}: {
  database: Database;
  practice: Practice;
}): OrderQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<OrderColumns>(statement, [value]);
    return row && toOrder(row);
  };
  return {
    find: (id) => one(FIND, id),
    findByPayment: (paymentId) => one(FIND_BY_PAYMENT, paymentId),
    async list(filter, page, newestFirst) {
      const { statement, values } = listStatement(filter, page, { newestFirst, currency });
      const rows = await database.rows<SerializedColumns>(statement, values);
      const { items, next } = toPage(rows, page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
      return { items: items.map(({ json }) => withSerializedReply(json, restoreOrderView)), next };
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
