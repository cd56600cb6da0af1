import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Product, StockedProduct } from '../../domain/product.js';
import type { StockMovement } from '../../domain/stock.js';

/** The context locks in this order: order → buyer → discount → products by id. Amounts of the ledger come after them. */
export interface ProductRepository {
  /** Locks the product and its stock to the end of the transaction. */
  lock(id: string): Promise<StockedProduct | undefined>;
  /** Does not write the stock. conflict `sku-taken`. */
  insert(product: Product): Promise<void>;
  /**
   * Returns the product with its next version.
   * stale `version-mismatch` unless the stored version is the given one; conflict `sku-taken`.
   */
  save(product: Product): Promise<Product>;
  /** Whether an order in any status has a line with the product. */
  wasSold(id: string): Promise<boolean>;
  /** Deletes the movements too. Only for a product that was never sold. */
  delete(id: string): Promise<void>;
}

/** `stock` is the stock before the movement; `moved` is false when it was too small. */
export type MovedProduct = StockedProduct & Readonly<{ moved: boolean }>;

export interface Stock {
  /**
   * Moves pieces of several products, each named once. Locks the products in order of id, so that crossing orders cannot
   * deadlock. Returns the products by id, without those that do not exist. The caller throws when one was not moved.
   */
  move(movements: readonly StockMovement[]): Promise<ReadonlyMap<string, MovedProduct>>;
}

/** `q` is searched for anywhere in name and description. */
export type ProductFilter = Readonly<{ q?: string | undefined; isActive?: boolean | undefined }>;

/** Each method is one statement. */
export interface ProductQueries {
  find(id: string): Promise<StockedProduct | undefined>;
  findMany(ids: readonly string[]): Promise<ReadonlyMap<string, StockedProduct>>;
  /** Newest first; the page key is [createdAt in ms since 1970, id]. */
  list(filter: ProductFilter, page: PageRequest): Promise<Page<StockedProduct>>;
  /** Newest first; the page key is [createdAt in ms since 1970, id]. */
  movements(productId: string, page: PageRequest): Promise<Page<StockMovement>>;
}
