import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Discount } from '../../domain/discount.js';

export interface DiscountRepository {
  lock(id: string): Promise<Discount | undefined>;
  /** `code` is canonical. */
  lockByCode(code: string): Promise<Discount | undefined>;
  /** conflict `code-taken` */
  insert(discount: Discount): Promise<void>;
  /** Writes everything but `used`. stale `version-mismatch`, conflict `code-taken`. */
  save(discount: Discount): Promise<Discount>;
  /** Counts the user's orders with the discount that are not cancelled. */
  usesBy(id: string, userId: string): Promise<number>;
  /** Counts one more use. conflict `discount-exhausted` when a limit is reached, whatever the caller has read before. */
  take(id: string, userId: string): Promise<void>;
  /** Counts one use less. */
  release(id: string, userId: string): Promise<void>;
  /** Whether an order in any status was placed with the discount. */
  wasUsed(id: string): Promise<boolean>;
  delete(id: string): Promise<void>;
}

/** Each method is one statement. */
export interface DiscountQueries {
  find(id: string): Promise<Discount | undefined>;
  /** `code` is canonical. */
  findByCode(code: string): Promise<Discount | undefined>;
  /** Newest first; the page key is [createdAt in ms since 1970, id]. */
  list(page: PageRequest): Promise<Page<Discount>>;
}
