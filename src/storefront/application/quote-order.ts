import type { Clock } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import { assertLive, canonicalCode } from '../domain/discount.js';
import { discountInactive } from '../domain/errors.js';
import type { Prices } from '../domain/pricing.js';
import { priceBasket, toBasket, type BasketItem, type RequestedLine } from './basket.js';
import type { DiscountQueries, ProductQueries } from './ports.js';

export type Quote = Prices<BasketItem> & Readonly<{ discountCode: string | null }>;

/**
 * Computes what checkout would charge now. Reserves nothing and checks neither stock nor the limit per buyer.
 * 422 `validation`, conflict `product-inactive`, `discount-inactive`, `discount-exhausted`, `discount-minimum`.
 */
export type QuoteOrder = (
  query: Readonly<{ lines: readonly RequestedLine[]; discountCode: string | null }>,
) => Promise<Quote>;

type Dependencies = Readonly<{
  productQueries: ProductQueries;
  discountQueries: DiscountQueries;
  practice: Practice;
  clock: Clock;
}>;

export const makeQuoteOrder =
  ({ productQueries, discountQueries, practice: { currency }, clock }: Dependencies): QuoteOrder =>
  async ({ lines, discountCode }) => {
    const basket = toBasket(lines);
    const products = await productQueries.findMany(basket.map(({ productId }) => productId));
    const discount =
      discountCode === null ? null : await discountQueries.findByCode(canonicalCode(discountCode));
    if (discount === undefined) throw discountInactive();
    if (discount !== null) assertLive(discount, clock.now());
    const prices = priceBasket(basket, products, { discount, usedByUser: 0, currency });
    return { ...prices, discountCode: discount?.code ?? null };
  };
