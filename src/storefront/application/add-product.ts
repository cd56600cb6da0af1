import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newProduct, type StockedProduct } from '../domain/product.js';
import { FIRST_STOCK, newMovement } from '../domain/stock.js';
import { minorIn } from './money-fields.js';
import type { StorefrontPorts } from './ports.js';

/** Adds a product; its first stock is a movement. conflict `sku-taken`, 422 `validation`, `currency-mismatch`. */
export type AddProduct = (
  command: Readonly<{
    sku: string;
    name: string;
    description: string | null;
    price: Money;
    stock: number;
    isActive: boolean;
  }>,
) => Promise<StockedProduct>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAddProduct =
  ({ storefrontUnitOfWork, practice, clock, ids }: Dependencies): AddProduct =>
  async ({ price, stock: pieces, ...fields }) => {
    const now = clock.now();
    const minor = minorIn(price, practice.currency, '/price');
    const product = newProduct(ids.next(), { ...fields, price: minor }, now);
    return storefrontUnitOfWork.run(async ({ products, stock }) => {
      await products.insert(product);
      if (pieces > 0)
        await stock.move([
          newMovement({
            id: ids.next(),
            productId: product.id,
            delta: pieces,
            reason: FIRST_STOCK,
            orderId: null,
            createdAt: now,
          }),
        ]);
      return { product, stock: pieces };
    });
  };
