import { DomainError } from '../../kernel/errors.js';
import { money, type Money } from '../../kernel/money.js';
import type { Quote } from './quote-order.js';

export type QuoteInMoney = Readonly<{
  lines: readonly Readonly<{
    productId: string;
    sku: string;
    name: string;
    quantity: number;
    unitPrice: Money;
    discount: Money;
    total: Money;
  }>[];
  subtotal: Money;
  discount: Money;
  total: Money;
  discountCode: string | null;
}>;

/** The quote with amounts as money. */
export function quoteInMoney(quote: Quote, currency: string): QuoteInMoney {
  const of = (amount: number): Money => money(amount, currency);
  return {
    lines: quote.lines.map((line) => ({
      productId: line.productId,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: of(line.unitPrice),
      discount: of(line.discount),
      total: of(line.total),
    })),
    subtotal: of(quote.subtotal),
    discount: of(quote.discount),
    total: of(quote.total),
    discountCode: quote.discountCode,
  };
}

/** The total differs from the one the buyer expects; `details.quote` is the current quote. */
export const priceChanged = (quote: Quote, currency: string): DomainError =>
  new DomainError('conflict', 'price-changed', 'The order costs something else than you expect.', {
    quote: quoteInMoney(quote, currency),
  });
