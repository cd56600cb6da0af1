import { DomainError, notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { canonicalCode } from '../domain/discount.js';
import type { Order } from '../domain/order.js';
import type { OrderView } from './order-view.js';
import { isStaff, type Caller, type NamedEvent, type OrderFilter, type OrderQueries } from './ports.js';

type Dependencies = Readonly<{ orderQueries: OrderQueries }>;

/** not_found, for somebody else's too. */
export type ViewOrder = (query: Readonly<{ caller: Caller; orderId: string }>) => Promise<Order>;

export const makeViewOrder =
  ({ orderQueries }: Dependencies): ViewOrder =>
  async ({ caller, orderId }) => {
    const order = await orderQueries.find(orderId);
    if (order === undefined || !(isStaff(caller) || order.userId === caller.userId)) throw notFound('order');
    return order;
  };

/** The caller's own orders; everybody's for staff. forbidden where a member asks for somebody's. */
export type ListOrders = (
  query: Readonly<{ caller: Caller; filter: OrderFilter; newestFirst: boolean; page: PageRequest }>,
) => Promise<Page<OrderView>>;

export const makeListOrders =
  ({ orderQueries }: Dependencies): ListOrders =>
  async ({ caller, filter, newestFirst, page }) => {
    if (!isStaff(caller) && filter.userId !== undefined && filter.userId !== caller.userId)
      throw new DomainError('forbidden', 'forbidden', "Only staff may look at somebody else's orders.");
    return orderQueries.list(
      {
        ...filter,
        ...(!isStaff(caller) && { userId: caller.userId }),
        ...(filter.discountCode !== undefined && { discountCode: canonicalCode(filter.discountCode) }),
      },
      page,
      newestFirst,
    );
  };

/** What has happened to an order, oldest first. not_found. */
export type ListOrderEvents = (
  query: Readonly<{ caller: Caller; orderId: string; page: PageRequest }>,
) => Promise<Page<NamedEvent>>;

export const makeListOrderEvents =
  ({ orderQueries }: Dependencies): ListOrderEvents =>
  async ({ caller, orderId, page }) => {
    await makeViewOrder({ orderQueries })({ caller, orderId });
    return orderQueries.events(orderId, page);
  };
