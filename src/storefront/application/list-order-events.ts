import type { Page, PageRequest } from '../../kernel/page.js';
import type { Caller } from './caller.js';
import type { NamedEvent, OrderQueries } from './ports.js';
import { makeViewOrder } from './view-order.js';

/** The history of an order, oldest event first. not_found. */
export type ListOrderEvents = (
  query: Readonly<{ caller: Caller; orderId: string; page: PageRequest }>,
) => Promise<Page<NamedEvent>>;

type Dependencies = Readonly<{ orderQueries: OrderQueries }>;

export const makeListOrderEvents =
  ({ orderQueries }: Dependencies): ListOrderEvents =>
  async ({ caller, orderId, page }) => {
    await makeViewOrder({ orderQueries })({ caller, orderId });
    return orderQueries.events(orderId, page);
  };
