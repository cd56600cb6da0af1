import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { StockMovement } from '../domain/stock.js';
import type { ProductQueries } from './ports.js';

/** Newest first. not_found. */
export type ListStockMovements = (
  query: Readonly<{ productId: string; page: PageRequest }>,
) => Promise<Page<StockMovement>>;

type Dependencies = Readonly<{ productQueries: ProductQueries }>;

export const makeListStockMovements =
  ({ productQueries }: Dependencies): ListStockMovements =>
  async ({ productId, page }) => {
    const movements = await productQueries.movements(productId, page);
    if (movements.items.length === 0 && (await productQueries.find(productId)) === undefined)
      throw notFound('product');
    return movements;
  };
