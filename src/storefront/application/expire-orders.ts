import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { isExpired } from '../domain/order-progress.js';
import { cancelLockedOrder } from './cancel-locked-order.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { OrderQueries, StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

const BATCH = 100;
const MAX_BATCHES = 20;

/**
 * Cancels orders that were not paid in time, each in a transaction of its own, after checking each again under its lock.
 * At most MAX_BATCHES × BATCH orders a call; the next call continues.
 */
export type ExpireOrders = () => Promise<void>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeExpireOrders = ({
  storefrontUnitOfWork,
  orderQueries,
  clock,
  ids,
}: Dependencies): ExpireOrders => {
  const expire = (orderId: string): Promise<void> =>
    storefrontUnitOfWork.run(async (ports) => {
      const order = await ports.orders.lock(orderId);
      const action = actionContext(null, { clock, ids });
      if (order !== undefined && isExpired(order, action.at))
        await cancelLockedOrder(ports, order, 'expired', { action, ids });
    });

  return async () => {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const expired = await orderQueries.expired(clock.now(), BATCH);
      await forEachCollectingErrors(expired, expire);
      if (expired.length < BATCH) return;
    }
  };
};
