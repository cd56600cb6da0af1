import { notFound } from '../../kernel/errors.js';
import type { Discount } from '../domain/discount.js';
import type { DiscountQueries } from './ports.js';

/** not_found */
export type ViewDiscount = (query: Readonly<{ discountId: string }>) => Promise<Discount>;

type Dependencies = Readonly<{ discountQueries: DiscountQueries }>;

export const makeViewDiscount =
  ({ discountQueries }: Dependencies): ViewDiscount =>
  async ({ discountId }) => {
    const discount = await discountQueries.find(discountId);
    if (discount === undefined) throw notFound('discount');
    return discount;
  };
