import type { Clock } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { refundOrder } from '../domain/order-refunds.js';
import type { Restock } from '../domain/refund.js';
import { REFUNDED } from '../domain/stock.js';
import { parseText } from '../domain/text.js';
import { enqueueRefundEffects, restock as putBack } from './restock.js';
import { minorIn } from './money-fields.js';
import type { Caller } from './caller.js';
import type { StorefrontPorts } from './ports.js';
import { actionContext } from './action-context.js';

const REASON_BOUNDS = { min: 1, max: 200 };

/**
 * Refunds a part of the payments and puts the pieces in `restock` back into stock. A card refund is pending until a job has
 * the gateway send it; a desk refund succeeds at once. An amount of 0 needs `restock`.
 * not_found, conflict `refund-exceeds-captured`, `restock-exceeds-sold`, 422 `validation`, `currency-mismatch`.
 */
export type RefundOrder = (
  command: Readonly<{
    caller: Caller;
    orderId: string;
    amount: Money;
    reason: string;
    restock: readonly Restock[];
  }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

/** 422 `validation` for a line of another order and for a line that is named twice. */
function assertLines(order: Order, restock: readonly Restock[]): void {
  restock.forEach(({ lineId }, index) => {
    const pointer = `/restock/${index}/lineId`;
    if (!order.lines.some(({ id }) => id === lineId))
      throw invalidField(pointer, 'is not a line of this order');
    if (restock.findIndex((other) => other.lineId === lineId) !== index)
      throw invalidField(pointer, 'is named twice');
  });
}

export const makeRefundOrder =
  ({ storefrontUnitOfWork, practice: { currency }, clock, ids }: Dependencies): RefundOrder =>
  async ({ caller, orderId, amount, reason, restock }) => {
    const minor = minorIn(amount, currency, '/amount');
    if (minor < 0 || (minor === 0 && restock.length === 0))
      throw invalidField('/amount/amount', 'must be at least 1 when nothing is put back into stock');
    const why = parseText(reason, REASON_BOUNDS, '/reason');
    return storefrontUnitOfWork.run(async (ports) => {
      const order = await ports.orders.lock(orderId);
      if (order === undefined) throw notFound('order');
      assertLines(order, restock);
      const action = actionContext(caller.userId, { clock, ids });
      const refunded = await ports.orders.save(
        refundOrder(order, { amount: minor, reason: why, restock, currency }, action),
      );
      await putBack(ports.stock, order, { pieces: restock, reason: REFUNDED }, { action, ids });
      await enqueueRefundEffects(
        ports,
        refunded,
        refunded.refunds.slice(order.refunds.length),
        caller.userId,
      );
      return refunded;
    });
  };
