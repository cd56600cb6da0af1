import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { isExpired } from '../domain/order-progress.js';
import { cancelWithin } from './cancel-within.js';
import { forEachCollectingErrors } from '../../kernel/for-each-collecting-errors.js';
import type { OrderQueries, StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

const BATCH = 100;
const MAX_BATCHES = 20;

/**
 * Gives up orders that nobody has paid in time, each in a transaction of its own; what has changed since it was found
 * is looked at again under the order's lock. What is left over waits for the next call.
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
  const giveUp = (orderId: string): Promise<void> =>
    storefrontUnitOfWork.run(async (ports) => {
      const order = await ports.orders.lock(orderId);
      const action = actionContext(null, { clock, ids });
      if (order !== undefined && isExpired(order, action.at))
        await cancelWithin(ports, order, 'expired', { action, ids });
    });

  return async () => {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const expired = await orderQueries.expired(clock.now(), BATCH);
      await forEachCollectingErrors(expired, giveUp);
      if (expired.length < BATCH) return;
    }
  };
};
