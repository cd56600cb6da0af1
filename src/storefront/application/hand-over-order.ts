import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { deliverOrder, shipOrder } from '../domain/order-progress.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import { orderMail } from './jobs.js';
import type { Caller, StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

/** not_found, stale, conflict `invalid-transition`. */
export type FulfillOrder = (
  command: Readonly<{ caller: Caller; orderId: string; expectedVersion: ExpectedVersion }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

const makeHandOver =
  (move: typeof shipOrder, mails: boolean) =>
  ({ storefrontUnitOfWork, clock, ids }: Dependencies): FulfillOrder =>
  ({ caller, orderId, expectedVersion }) =>
    storefrontUnitOfWork.run(async ({ orders, outbox }) => {
      const order = await orders.lock(orderId);
      if (order === undefined) throw notFound('order');
      assertVersion(expectedVersion, order);
      const moved = await orders.save(move(order, actionContext(caller.userId, { clock, ids })));
      if (mails) await outbox.append(orderMail(orderId, 'shipped'));
      return moved;
    });

/** It leaves the house. */
export const makeShipOrder = makeHandOver(shipOrder, true);
/** It has arrived, or was picked up at the desk. */
export const makeDeliverOrder = makeHandOver(deliverOrder, false);
