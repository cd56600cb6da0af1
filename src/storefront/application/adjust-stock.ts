import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { insufficientStock } from '../domain/errors.js';
import { newMovement, type StockMovement } from '../domain/stock.js';
import type { StorefrontPorts } from './ports.js';

/** Adds or removes pieces without an order. not_found, conflict `insufficient-stock`, 422 `validation`. */
export type AdjustStock = (
  command: Readonly<{ productId: string; delta: number; reason: string }>,
) => Promise<StockMovement>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAdjustStock =
  ({ storefrontUnitOfWork, clock, ids }: Dependencies): AdjustStock =>
  async ({ productId, delta, reason }) => {
    const movement = newMovement({
      id: ids.next(),
      productId,
      delta,
      reason,
      orderId: null,
      createdAt: clock.now(),
    });
    return storefrontUnitOfWork.run(async ({ stock }) => {
      const product = (await stock.move([movement])).get(productId);
      if (product === undefined) throw notFound('product');
      if (!product.moved)
        throw insufficientStock([{ productId, requested: -delta, available: product.stock }]);
      return movement;
    });
  };
