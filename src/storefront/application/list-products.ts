import { DomainError } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { StockedProduct } from '../domain/product.js';
import { isStaff, type Caller } from './caller.js';
import type { ProductFilter, ProductQueries } from './ports.js';

/** Active products; staff get retired ones too and may filter by `isActive`. forbidden for others who filter by it. */
export type ListProducts = (
  query: Readonly<{ caller: Caller | null; filter: ProductFilter; page: PageRequest }>,
) => Promise<Page<StockedProduct>>;

type Dependencies = Readonly<{ productQueries: ProductQueries }>;

export const makeListProducts =
  ({ productQueries }: Dependencies): ListProducts =>
  async ({ caller, filter, page }) => {
    if (caller !== null && isStaff(caller)) return productQueries.list(filter, page);
    if (filter.isActive !== undefined)
      throw new DomainError('forbidden', 'forbidden', 'Only staff may filter products by isActive.');
    return productQueries.list({ ...filter, isActive: true }, page);
  };
