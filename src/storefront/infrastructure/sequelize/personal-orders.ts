import type { Database, Statement } from '../../../platform/database/database.js';
import { SELECT_ORDERS, toOrder, type OrderColumns } from './select-orders.js';

const ORDERS_OF: Statement = {
  name: 'storefront_orders_of_user',
  text: `${SELECT_ORDERS} WHERE o.user_id = $1 ORDER BY o.created_at, o.id`,
};

/** The orders of a person with payments and refunds, as plain JSON for the export of personal data. */
export interface PersonalOrders {
  of(userId: string): Promise<unknown>;
}

export const makePersonalOrders = ({ database }: { database: Database }): PersonalOrders => ({
  async of(userId) {
    const rows = await database.rows<OrderColumns>(ORDERS_OF, [userId]);
    const orders = rows
      .map(toOrder)
      .map(({ pendingEvents: _recorded, discountId: _discountId, ...order }) => ({
        ...order,
        payments: order.payments.map(({ requestHandle: _requestHandle, ...payment }) => payment),
      }));
    return { orders };
  },
});
