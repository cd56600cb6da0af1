import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import { inOrder } from '../../../platform/database/pipeline.js';
import type { OrderRepository } from '../../application/ports.js';
import { nextOrderVersion, restoreOrder, type OrderDraft } from '../../domain/order.js';
import type { UnpaidOrders } from '../../domain/order-limits.js';
import { toNumber } from './columns.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

const PAYMENTS = `
  INSERT INTO payments (id, order_id, method, amount, status, card_last4, request_handle, created_at, settled_at)
  SELECT id, $1, method, amount, status, "cardLast4", "requestHandle", "createdAt", "settledAt"
  FROM json_to_recordset($2::json) AS p (id uuid, method text, amount bigint, status text, "cardLast4" text,
    "requestHandle" text, "createdAt" timestamptz(3), "settledAt" timestamptz(3))`;

const EVENTS = `
  INSERT INTO order_events (id, order_id, at, by, type, from_status, to_status, amount)
  SELECT id, $1, at, by, type, "from", "to", amount
  FROM json_to_recordset($3::json) AS e (id uuid, at timestamptz(3), by uuid, type text, "from" order_status,
    "to" order_status, amount bigint)`;

/** The whole order in one round trip. */
const INSERT: Statement = {
  name: 'storefront_insert_order',
  text: `
    WITH placed AS (
      INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, discount_id, discount_code, expires_at,
        created_at, updated_at, version)
      VALUES ($1, $5, $6::order_status, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1)
      RETURNING number
    ), lines AS (
      INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
      SELECT id, $1, position, "productId", sku, name, quantity, "unitPrice", discount, total
      FROM json_to_recordset($4::json) AS l (id uuid, position smallint, "productId" uuid, sku text, name text,
        quantity integer, "unitPrice" bigint, discount bigint, total bigint)
    ), payments AS (${PAYMENTS}), events AS (${EVENTS})
    SELECT number FROM placed`,
};

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
      UPDATE orders SET status = $5::order_status, expires_at = $6, updated_at = $7, version = version + 1
      WHERE id = $1 AND version = $8
      RETURNING id
    ), payments_saved AS (
      ${PAYMENTS}
      ON CONFLICT (id) DO UPDATE
        SET status = excluded.status, request_handle = excluded.request_handle, settled_at = excluded.settled_at
        WHERE payments.status <> excluded.status
    ), refunds_saved AS (
      INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at, settled_at)
      SELECT id, $1, "paymentId", amount, reason, status, "createdAt", "settledAt"
      FROM json_to_recordset($4::json) AS r (id uuid, "paymentId" uuid, amount bigint, reason text, status text,
        "createdAt" timestamptz(3), "settledAt" timestamptz(3))
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, settled_at = excluded.settled_at
        WHERE refunds.status <> excluded.status
    ), restocked AS (
      INSERT INTO refund_restocks (refund_id, line_id, quantity)
      SELECT r.id, b."lineId", b.quantity
      FROM json_to_recordset($4::json) AS r (id uuid, restock json),
           json_to_recordset(r.restock) AS b ("lineId" uuid, quantity integer)
      ON CONFLICT DO NOTHING
    ), events AS (${EVENTS})
    SELECT id FROM saved`,
};

// Keyed by a hash of the id: two buyers with the same hash only wait for each other.
const LOCK_BUYER: Statement = {
  name: 'storefront_lock_buyer',
  text: "SELECT pg_advisory_xact_lock(hashtextextended('storefront-buyer ' || $1, 0))",
};

// A separate statement, for the same reason as READ.
const UNPAID: Statement = {
  name: 'storefront_unpaid_orders',
  text: `
    SELECT count(DISTINCT o.id)::int AS orders, coalesce(sum(l.quantity), 0)::int AS pieces
    FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
    WHERE o.user_id = $1 AND o.status = 'pending'`,
};

const lineRows = (draft: OrderDraft) => draft.lines.map((line, position) => ({ ...line, position }));

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
        const [row] = await database.rows<{ number: string }>(INSERT, [
          draft.id,
          JSON.stringify(draft.payments),
          JSON.stringify(draft.pendingEvents),
          JSON.stringify(lineRows(draft)),
          draft.userId,
          draft.status,
          draft.method,
          draft.subtotal,
          draft.discount,
          draft.total,
          draft.discountId,
          draft.discountCode,
          draft.expiresAt,
          draft.createdAt,
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
        JSON.stringify(order.payments),
        JSON.stringify(order.pendingEvents),
        JSON.stringify(order.refunds),
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
