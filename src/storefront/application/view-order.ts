import { notFound } from '../../kernel/errors.js';
import type { Order } from '../domain/order.js';
import { isStaff, type Caller } from './caller.js';
import type { OrderQueries } from './ports.js';

/** not_found, also for a member who asks for somebody else's order. */
export type ViewOrder = (query: Readonly<{ caller: Caller; orderId: string }>) => Promise<Order>;

type Dependencies = Readonly<{ orderQueries: OrderQueries }>;

export const makeViewOrder =
  ({ orderQueries }: Dependencies): ViewOrder =>
  async ({ caller, orderId }) => {
    const order = await orderQueries.find(orderId);
    if (order === undefined || !(isStaff(caller) || order.userId === caller.userId)) throw notFound('order');
    return order;
  };
