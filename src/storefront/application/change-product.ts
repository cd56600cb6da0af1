import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeProduct, type StockedProduct } from '../domain/product.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { minorIn } from './money-fields.js';
import type { StorefrontPorts } from './ports.js';

/**
 * Changes the given fields. The stock is none of them: it changes by `adjustStock` alone, so that an edit of an outdated
 * page does not undo sales. Existing orders keep name and price. not_found, stale, conflict `sku-taken`, 422 `validation`, `currency-mismatch`.
 */
export type ChangeProduct = (
  command: Readonly<{
    productId: string;
    changes: Readonly<{
      sku?: string | undefined;
      name?: string | undefined;
      description?: string | null | undefined;
      price?: Money | undefined;
      isActive?: boolean | undefined;
    }>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<StockedProduct>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
}>;

export const makeChangeProduct =
  ({ storefrontUnitOfWork, practice, clock }: Dependencies): ChangeProduct =>
  async ({ productId, changes: { price, ...rest }, expectedVersion }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const changes = {
      ...given,
      ...(price !== undefined && { price: minorIn(price, practice.currency, '/price') }),
    };
    return storefrontUnitOfWork.run(async ({ products }) => {
      const held = await products.lock(productId);
      if (held === undefined) throw notFound('product');
      assertVersion(held.product, expectedVersion);
      if (Object.keys(changes).length === 0) return held;
      return {
        ...held,
        product: await products.save(changeProduct(held.product, changes, clock.now())),
      };
    });
  };
