import { DomainError, notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { StockedProduct } from '../domain/product.js';
import type { StockMovement } from '../domain/stock.js';
import { isStaff, type Caller, type ProductFilter, type ProductQueries } from './ports.js';

type Dependencies = Readonly<{ productQueries: ProductQueries }>;

/** Retired products exist for staff only, who also see how many pieces there are. not_found. */
export type ViewProduct = (
  query: Readonly<{ caller: Caller | null; productId: string }>,
) => Promise<StockedProduct>;

const seesAll = (caller: Caller | null): boolean => caller !== null && isStaff(caller);

export const makeViewProduct =
  ({ productQueries }: Dependencies): ViewProduct =>
  async ({ caller, productId }) => {
    const found = await productQueries.find(productId);
    if (found === undefined || !(found.product.isActive || seesAll(caller))) throw notFound('product');
    return found;
  };

/** What is on sale; staff see everything and may ask for either. forbidden for others who ask. */
export type ListProducts = (
  query: Readonly<{ caller: Caller | null; filter: ProductFilter; page: PageRequest }>,
) => Promise<Page<StockedProduct>>;

export const makeListProducts =
  ({ productQueries }: Dependencies): ListProducts =>
  async ({ caller, filter, page }) => {
    if (seesAll(caller)) return productQueries.list(filter, page);
    if (filter.isActive !== undefined)
      throw new DomainError('forbidden', 'forbidden', 'Only staff may ask whether products are on sale.');
    return productQueries.list({ ...filter, isActive: true }, page);
  };

/** not_found */
export type ListStockMovements = (
  query: Readonly<{ productId: string; page: PageRequest }>,
) => Promise<Page<StockMovement>>;

export const makeListStockMovements =
  ({ productQueries }: Dependencies): ListStockMovements =>
  async ({ productId, page }) => {
    const movements = await productQueries.movements(productId, page);
    if (movements.items.length === 0 && (await productQueries.find(productId)) === undefined)
      throw notFound('product');
    return movements;
  };
