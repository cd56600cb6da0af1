import { notFound } from '../../kernel/errors.js';
import type { StockedProduct } from '../domain/product.js';
import { isStaff, type Caller } from './caller.js';
import type { ProductQueries } from './ports.js';

/** Only staff get a retired product. not_found. */
export type ViewProduct = (
  query: Readonly<{ caller: Caller | null; productId: string }>,
) => Promise<StockedProduct>;

type Dependencies = Readonly<{ productQueries: ProductQueries }>;

export const makeViewProduct =
  ({ productQueries }: Dependencies): ViewProduct =>
  async ({ caller, productId }) => {
    const found = await productQueries.find(productId);
    if (found === undefined) throw notFound('product');
    if (!found.product.isActive && (caller === null || !isStaff(caller))) throw notFound('product');
    return found;
  };
