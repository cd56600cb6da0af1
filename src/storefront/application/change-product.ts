import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeProduct, type StockedProduct } from '../domain/product.js';
import { newMovement, STOCK_SET } from '../domain/stock.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { minorIn } from './money-fields.js';
import type { StorefrontPorts } from './ports.js';

/**
 * Changes the given fields. `stock` is set by a movement of the difference, which makes no new version.
 * Existing orders keep name and price. not_found, stale, conflict `sku-taken`, 422 `validation`, `currency-mismatch`.
 */
export type ChangeProduct = (
  command: Readonly<{
    productId: string;
    changes: Readonly<{
      sku?: string | undefined;
      name?: string | undefined;
      description?: string | null | undefined;
      price?: Money | undefined;
      stock?: number | undefined;
      isActive?: boolean | undefined;
    }>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<StockedProduct>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeChangeProduct =
  ({ storefrontUnitOfWork, practice, clock, ids }: Dependencies): ChangeProduct =>
  async ({ productId, changes: { stock: pieces, price, ...rest }, expectedVersion }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const changes = {
      ...given,
      ...(price !== undefined && { price: minorIn(price, practice.currency, '/price') }),
    };
    return storefrontUnitOfWork.run(async ({ products, stock }) => {
      const held = await products.lock(productId);
      if (held === undefined) throw notFound('product');
      assertVersion(held.product, expectedVersion);
      const now = clock.now();
      const product =
        Object.keys(changes).length === 0
          ? held.product
          : await products.save(changeProduct(held.product, changes, now));
      if (pieces === undefined || pieces === held.stock) return { product, stock: held.stock };
      const delta = pieces - held.stock;
      await stock.move([
        newMovement({ id: ids.next(), productId, delta, reason: STOCK_SET, orderId: null, createdAt: now }),
      ]);
      return { product, stock: pieces };
    });
  };
