import { toPage, type PageRequest } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { printedRow } from '../../../platform/database/printing.js';
import type {
  NamedEvent,
  OpenPayment,
  OpenRefund,
  OrderFilter,
  OrderQueries,
} from '../../application/ports.js';
import { instantKey, toNumber } from './columns.js';
import { PRINTED_ORDER } from './printed-orders.js';
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

type Listing = Readonly<{ name: string; select: string; from: string; parameters: readonly unknown[] }>;

/** What is listed, and the parameters it begins with. */
const whole: Listing = { name: 'storefront_orders', select: SELECT_ORDERS, from: '', parameters: [] };
const printedIn = (currency: string): Listing => ({
  name: 'storefront_printed_orders',
  select: `SELECT o.id, o.created_at AS "createdAt", ${PRINTED_ORDER} AS json`,
  from: 'FROM orders o',
  parameters: [currency],
});

/**
 * A statement for each combination of filters (at most 64), so that each has a plan of its own that uses its index:
 * the partial one on discount codes serves only a statement that asks for one. The first page has statements of its own
 * too, because a condition that may not apply keeps an index from being used for the others.
 */
function listStatement(
  { name, select, from, parameters }: Listing,
  filter: OrderFilter,
  { limit, after }: PageRequest,
  newestFirst: boolean,
): Readonly<{ statement: Statement; values: unknown[] }> {
  const values = [...parameters];
  const names = [name, newestFirst ? 'desc' : 'asc'];
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
  const text = `${select} ${from} ${where} ORDER BY o.created_at ${direction}, o.id ${direction} LIMIT ${next(limit + 1)}`;
  return { statement: { name: names.join('_'), text }, values };
}

type PrintedColumns = Readonly<{ id: string; createdAt: Date; json: string | null }>;

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

export const makeOrderQueries = ({ database }: { database: Database }): OrderQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<OrderColumns>(statement, [value]);
    return row && toOrder(row);
  };
  return {
    find: (id) => one(FIND, id),
    findByPayment: (paymentId) => one(FIND_BY_PAYMENT, paymentId),
    async list(filter, page, newestFirst) {
      const { statement, values } = listStatement(whole, filter, page, newestFirst);
      const rows = await database.rows<OrderColumns>(statement, values);
      return toPage(rows.map(toOrder), page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
    async printed(filter, page, { newestFirst, currency }) {
      const { statement, values } = listStatement(printedIn(currency), filter, page, newestFirst);
      const rows = await database.rows<PrintedColumns>(statement, values);
      const { items, next } = toPage(rows, page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
      return { items: items.map((row) => printedRow('order', row)), next };
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
