import { DomainError } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { canonicalCode } from '../domain/discount.js';
import { isStaff, type Caller } from './caller.js';
import type { OrderView } from './order-view.js';
import type { OrderFilter, OrderQueries } from './ports.js';

/** The caller's own orders; all orders for staff. forbidden for a member who asks for somebody else's orders. */
export type ListOrders = (
  query: Readonly<{ caller: Caller; filter: OrderFilter; newestFirst: boolean; page: PageRequest }>,
) => Promise<Page<OrderView>>;

type Dependencies = Readonly<{ orderQueries: OrderQueries }>;

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
