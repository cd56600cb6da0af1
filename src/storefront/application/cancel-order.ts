import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { cancelLockedOrder } from './cancel-locked-order.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { isStaff, type Caller } from './caller.js';
import type { StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

/** The buyer or staff cancel an order that is not shipped. not_found, stale, conflict `invalid-transition`. */
export type CancelOrder = (
  command: Readonly<{ caller: Caller; orderId: string; expectedVersion: ExpectedVersion }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeCancelOrder =
  ({ storefrontUnitOfWork, clock, ids }: Dependencies): CancelOrder =>
  ({ caller, orderId, expectedVersion }) =>
    storefrontUnitOfWork.run(async (ports) => {
      const order = await ports.orders.lock(orderId);
      if (order === undefined || !(isStaff(caller) || order.userId === caller.userId))
        throw notFound('order');
      assertVersion(order, expectedVersion);
      return cancelLockedOrder(ports, order, 'cancelled', {
        action: actionContext(caller.userId, { clock, ids }),
        ids,
      });
    });
