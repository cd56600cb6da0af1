import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { deliverOrder, shipOrder } from '../domain/order-progress.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { orderMail } from './jobs.js';
import type { Caller } from './caller.js';
import type { StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

/** not_found, stale, conflict `invalid-transition`, `nothing-to-ship`. */
export type FulfillOrder = (
  command: Readonly<{ caller: Caller; orderId: string; expectedVersion: ExpectedVersion }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

const makeFulfillment =
  (move: typeof shipOrder, sendsMail: boolean) =>
  ({ storefrontUnitOfWork, clock, ids }: Dependencies): FulfillOrder =>
  ({ caller, orderId, expectedVersion }) =>
    storefrontUnitOfWork.run(async ({ orders, outbox }) => {
      const order = await orders.lock(orderId);
      if (order === undefined) throw notFound('order');
      assertVersion(order, expectedVersion);
      const moved = await orders.save(move(order, actionContext(caller.userId, { clock, ids })));
      if (sendsMail) await outbox.append(orderMail(orderId, 'shipped'));
      return moved;
    });

/** Marks the order as shipped and mails the buyer. */
export const makeShipOrder = makeFulfillment(shipOrder, true);
/** Marks the order as delivered, or as picked up at the desk. */
export const makeDeliverOrder = makeFulfillment(deliverOrder, false);
