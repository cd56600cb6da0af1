import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeProduct } from '../domain/product.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { StorefrontPorts } from './ports.js';

/** Deletes a product, or retires it when an order refers to it. not_found, stale. */
export type RemoveProduct = (
  command: Readonly<{ productId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

type Dependencies = Readonly<{ storefrontUnitOfWork: UnitOfWork<StorefrontPorts>; clock: Clock }>;

export const makeRemoveProduct =
  ({ storefrontUnitOfWork, clock }: Dependencies): RemoveProduct =>
  ({ productId, expectedVersion }) =>
    storefrontUnitOfWork.run(async ({ products }) => {
      // Checkout locks the product before it inserts the line, so nobody sells it between this check and the deletion.
      const held = await products.lock(productId);
      if (held === undefined) throw notFound('product');
      assertVersion(held.product, expectedVersion);
      if (!(await products.wasSold(productId))) await products.delete(productId);
      else if (held.product.isActive)
        await products.save(changeProduct(held.product, { isActive: false }, clock.now()));
    });
