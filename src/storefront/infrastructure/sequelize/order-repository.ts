import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import { columnValues, insertRow, insertRows, rowValues } from '../../../platform/database/insert-row.js';
import { inOrder } from '../../../platform/database/pipeline.js';
import type { OrderRepository } from '../../application/ports.js';
import { nextOrderVersion, restoreOrder, type OrderDraft } from '../../domain/order.js';
import type { UnpaidOrders } from '../../domain/order-limits.js';
import { insertFromJson, toJsonRows } from '../../../platform/database/select-columns.js';
import { orderAttributes } from './models/order.js';
import { orderEventAttributes } from './models/order-event.js';
import { orderLineAttributes } from './models/order-line.js';
import { paymentAttributes } from './models/payment.js';
import { refundAttributes } from './models/refund.js';
import { refundRestockAttributes } from './models/refund-restock.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

/** PostgreSQL assigns the number. */
const { number: _assigned, ...insertedAttributes } = orderAttributes();
const LINE = orderLineAttributes();
const EVENT = orderEventAttributes();
const PAYMENT = paymentAttributes();
const PAYMENTS = insertFromJson('payments', PAYMENT, '$2');
const EVENTS = insertFromJson('order_events', EVENT, '$3');

const COUNT = {
  order: Object.keys(insertedAttributes).length,
  lines: Object.keys(LINE).length,
  events: Object.keys(EVENT).length,
};
/** The order with its lines and events; orders that are paid at the desk have no payment yet. */
const insertStatement = (name: string, payments: string): Statement => ({
  name,
  text: `
    WITH placed AS (${insertRow('orders', insertedAttributes)} RETURNING number),
      lines AS (${insertRows('order_lines', LINE, { firstParameter: 1 + COUNT.order })}),
      ${payments}
      events AS (${insertRows('order_events', EVENT, {
        firstParameter: 1 + COUNT.order + COUNT.lines,
        types: { fromStatus: 'order_status', toStatus: 'order_status' },
      })})
    SELECT number FROM placed`,
});
const INSERT = insertStatement('storefront_insert_order', '');
const INSERT_WITH_PAYMENT = insertStatement(
  'storefront_insert_order_with_payment',
  `payments AS (${insertRows('payments', PAYMENT, { firstParameter: 1 + COUNT.order + COUNT.lines + COUNT.events })}),`,
);

const LOCK: Statement = {
  name: 'storefront_lock_order',
  text: 'SELECT id FROM orders WHERE id = $1 FOR NO KEY UPDATE',
};

// A separate statement: it sees everything that was committed before the lock was acquired.
const READ: Statement = { name: 'storefront_read_order', text: `${SELECT_ORDERS} WHERE o.id = $1` };

/** Writes the fields of an order that can change. Payments and refunds with the same status are not touched. */
const SAVE: Statement = {
  name: 'storefront_save_order',
  text: `
    WITH saved AS (
      UPDATE orders SET status = $6::order_status, expires_at = $7, updated_at = $8, version = version + 1
      WHERE id = $1 AND version = $9
      RETURNING id
    ), payments_saved AS (
      ${PAYMENTS}
      ON CONFLICT (id) DO UPDATE
        SET status = excluded.status, request_handle = excluded.request_handle, settled_at = excluded.settled_at
        WHERE payments.status <> excluded.status
    ), refunds_saved AS (
      ${insertFromJson('refunds', refundAttributes(), '$4')}
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, settled_at = excluded.settled_at
        WHERE refunds.status <> excluded.status
    ), restocked AS (
      ${insertFromJson('refund_restocks', refundRestockAttributes(), '$5')}
      ON CONFLICT DO NOTHING
    ), events AS (${EVENTS})
    SELECT id FROM saved`,
};

// Keyed by a hash of the id: two buyers with the same hash only wait for each other.
const LOCK_BUYER: Statement = {
  name: 'storefront_lock_buyer',
  text: "SELECT pg_advisory_xact_lock(hashtextextended('storefront-buyer ' || $1, 0))",
};

// A separate statement: its snapshot is taken after the lock of the buyer was acquired.
const UNPAID: Statement = {
  name: 'storefront_unpaid_orders',
  text: `
    SELECT count(*)::int AS orders,
      coalesce(sum((SELECT sum(l.quantity) FROM order_lines l WHERE l.order_id = o.id)), 0)::int AS pieces
    FROM orders o WHERE o.user_id = $1 AND o.status = 'pending'`,
};

const paymentRows = ({ id: orderId, payments }: OrderDraft) =>
  payments.map((payment) => ({ ...payment, orderId }));

const eventRows = ({ id: orderId, pendingEvents }: OrderDraft) =>
  pendingEvents.map((event) => ({ ...event, orderId, fromStatus: event.from, toStatus: event.to }));

const lineRows = ({ id: orderId, lines }: OrderDraft) =>
  lines.map((line, position) => ({ ...line, orderId, position }));

const refundRows = ({ id: orderId, refunds }: OrderDraft): string =>
  toJsonRows(
    refundAttributes(),
    refunds.map((refund) => ({ ...refund, orderId })),
  );

const restockRows = ({ refunds }: OrderDraft): string =>
  toJsonRows(
    refundRestockAttributes(),
    refunds.flatMap(({ id: refundId, restock }) => restock.map((line) => ({ ...line, refundId }))),
  );

export const makeOrderRepository = ({ transaction }: { transaction: Transaction }): OrderRepository => {
  const database = makeTransactionDatabase(transaction);
  return {
    async lockUnpaidOf(userId) {
      const [, [unpaid]] = await inOrder([
        database.rows(LOCK_BUYER, [userId]),
        database.rows<UnpaidOrders>(UNPAID, [userId]),
      ]);
      if (unpaid === undefined) throw new Error('an aggregate without a row');
      return unpaid;
    },
    async insert(draft) {
      try {
        const isCharged = draft.payments.length > 0;
        const [row] = await database.rows<{ number: string }>(isCharged ? INSERT_WITH_PAYMENT : INSERT, [
          ...rowValues(insertedAttributes, draft),
          ...columnValues(LINE, lineRows(draft)),
          ...columnValues(EVENT, eventRows(draft)),
          ...(isCharged ? columnValues(PAYMENT, paymentRows(draft)) : []),
        ]);
        if (row === undefined) throw new Error('the order was not written');
        return restoreOrder({ ...draft, number: toNumber(row.number), pendingEvents: [] });
      } catch (error) {
        if (violatedConstraint(error) === 'orders_user_id_fkey')
          throw invalidField('/userId', 'There is no such user.');
        throw error;
      }
    },
    async lock(id) {
      if ((await database.rows(LOCK, [id])).length === 0) return undefined;
      const [row] = await database.rows<OrderColumns>(READ, [id]);
      return row && toOrder(row);
    },
    async save(order) {
      const rows = await database.rows(SAVE, [
        order.id,
        toJsonRows(PAYMENT, paymentRows(order)),
        toJsonRows(EVENT, eventRows(order)),
        refundRows(order),
        restockRows(order),
        order.status,
        order.expiresAt,
        order.updatedAt,
        order.version,
      ]);
      if (rows.length === 0) throw versionMismatch();
      return nextOrderVersion(order);
    },
  };
};
