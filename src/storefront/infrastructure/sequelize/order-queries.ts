import { toPage } from '../../../kernel/page.js';
import type { Practice } from '../../../kernel/practice.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import { withSerializedReply } from '../../../platform/database/serialized-reply.js';
import type { NamedEvent, OpenPayment, OrderFilter, OrderQueries } from '../../application/ports.js';
import type { OrderStatus } from '../../domain/order-status.js';
import { orderAttributes } from './models/order.js';
import { orderEventAttributes } from './models/order-event.js';
import { paymentAttributes } from './models/payment.js';
import { refundAttributes } from './models/refund.js';
import { JOIN_SERIALIZED_PAYMENTS, restoreOrderView, SERIALIZED_ORDER } from './serialized-orders.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

const FIND: Statement = { name: 'storefront_order', text: `${SELECT_ORDERS} WHERE o.id = $1` };
const FIND_BY_PAYMENT: Statement = {
  name: 'storefront_order_by_payment',
  text: `${SELECT_ORDERS} WHERE o.id = (SELECT order_id FROM payments WHERE id = $1)`,
};

/** At most 128 statements; each uses its own index, such as the partial index on discount codes. */
const ORDERS: List<OrderFilter> = {
  name: 'storefront_orders',
  filters: {
    userId: (id, bind) => `o.user_id = ${bind(id)}::uuid`,
    statuses: (statuses, bind) => `o.status = ANY (${bind(statuses)}::order_status[])`,
    from: (from, bind) => `o.created_at >= ${bind(from)}::timestamptz`,
    to: (to, bind) => `o.created_at < ${bind(to)}::timestamptz`,
    discountCode: (code, bind) => `o.discount_code = ${bind(code)}::text`,
  },
  sortKeys: [
    { sql: 'o.created_at', type: 'timestamptz' },
    { sql: 'o.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `
    SELECT ${columns(orderAttributes(), 'o', { only: ['id', 'createdAt'] })}, ${SERIALIZED_ORDER.sql} AS json
    FROM orders o ${JOIN_SERIALIZED_PAYMENTS}
    ${where} ${orderBy} ${limit}`,
};

type SerializedColumns = Readonly<{ id: string; createdAt: Date; json: string | null }>;

const EVENTS: List<object> = {
  name: 'storefront_order_events',
  always: ['e.order_id = $1'],
  filters: {},
  sortKeys: [
    { sql: 'e.at', type: 'timestamptz' },
    { sql: 'e.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `
    SELECT ${columns(orderEventAttributes(), 'e', { omit: ['orderId'] })}, u.name AS "byName"
    FROM order_events e LEFT JOIN public_users u ON u.id = e.by
    ${where} ${orderBy} ${limit}`,
};
type EventRow = Omit<NamedEvent, 'by' | 'from' | 'to' | 'amount'> &
  Readonly<{
    by: string | null;
    byName: string | null;
    fromStatus: OrderStatus | null;
    toStatus: OrderStatus | null;
    amount: string | null;
  }>;

const toEvent = ({ id, at, by, byName, type, fromStatus, toStatus, amount }: EventRow): NamedEvent => ({
  id,
  at,
  by: by === null ? null : { id: by, name: byName ?? '' },
  type,
  from: fromStatus,
  to: toStatus,
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
    SELECT ${columns(paymentAttributes(), 'p', { only: ['id', 'orderId', 'createdAt', 'status'] })} FROM (
      SELECT * FROM payments WHERE status = 'processing' AND created_at < $1
      UNION ALL
      SELECT * FROM payments WHERE status = 'failed' AND settled_at > $2
    ) AS p
    ORDER BY p.status DESC, p.created_at, p.id
    LIMIT $3`,
};
type OpenPaymentRow = Omit<OpenPayment, 'paymentId'> & Readonly<{ id: string }>;

const OPEN_REFUNDS: Statement = {
  name: 'storefront_open_refunds',
  text: `
    SELECT ${columns(refundAttributes(), 'r', { only: ['id', 'orderId'] })} FROM refunds r
    WHERE r.status = 'pending' AND r.created_at < $1
    ORDER BY r.created_at, r.id
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
      const direction = newestFirst ? 'DESC' : 'ASC';
      const { statement, values } = listStatement(ORDERS, {
        parameters: [currency],
        filter,
        page,
        direction,
      });
      const rows = await database.rows<SerializedColumns>(statement, values);
      const { items, next } = toPage(rows, page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
      return { items: items.map(({ json }) => withSerializedReply(json, restoreOrderView)), next };
    },
    async events(orderId, page) {
      const { statement, values } = listStatement(EVENTS, {
        parameters: [orderId],
        filter: {},
        page,
        direction: 'ASC',
      });
      const rows = await database.rows<EventRow>(statement, values);
      return toPage(rows.map(toEvent), page.limit, ({ at, id }) => [at.getTime(), id]);
    },
    async expired(now, limit) {
      return (await database.rows<{ id: string }>(EXPIRED, [now, limit])).map(({ id }) => id);
    },
    async openPayments({ begunBefore, failedSince }, limit) {
      const rows = await database.rows<OpenPaymentRow>(OPEN_PAYMENTS, [begunBefore, failedSince, limit]);
      return rows.map(({ id, ...payment }) => ({ ...payment, paymentId: id }));
    },
    async openRefunds(begunBefore, limit) {
      const rows = await database.rows<{ id: string; orderId: string }>(OPEN_REFUNDS, [begunBefore, limit]);
      return rows.map(({ id, orderId }) => ({ orderId, refundId: id }));
    },
  };
};
