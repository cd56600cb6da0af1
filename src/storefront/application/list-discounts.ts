import type { Page, PageRequest } from '../../kernel/page.js';
import type { Discount } from '../domain/discount.js';
import type { DiscountQueries } from './ports.js';

/** Newest first. */
export type ListDiscounts = (query: Readonly<{ page: PageRequest }>) => Promise<Page<Discount>>;

type Dependencies = Readonly<{ discountQueries: DiscountQueries }>;

export const makeListDiscounts =
  ({ discountQueries }: Dependencies): ListDiscounts =>
  ({ page }) =>
    discountQueries.list(page);
