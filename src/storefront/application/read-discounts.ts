import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Discount } from '../domain/discount.js';
import type { DiscountQueries } from './ports.js';

type Dependencies = Readonly<{ discountQueries: DiscountQueries }>;

/** not_found */
export type ViewDiscount = (query: Readonly<{ discountId: string }>) => Promise<Discount>;

export const makeViewDiscount =
  ({ discountQueries }: Dependencies): ViewDiscount =>
  async ({ discountId }) => {
    const discount = await discountQueries.find(discountId);
    if (discount === undefined) throw notFound('discount');
    return discount;
  };

/** Newest first. */
export type ListDiscounts = (query: Readonly<{ page: PageRequest }>) => Promise<Page<Discount>>;

export const makeListDiscounts =
  ({ discountQueries }: Dependencies): ListDiscounts =>
  ({ page }) =>
    discountQueries.list(page);
