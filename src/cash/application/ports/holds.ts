import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Hold, HoldStatus } from '../../domain/hold.js';

export interface HoldRepository {
  /** The status is reliable only while the source amount is locked. */
  find(id: string): Promise<Hold | undefined>;
  /** Open holds on the amounts that have expired at `now`, in order of id. */
  due(amountIds: readonly string[], now: Date): Promise<readonly Hold[]>;
}

export type HoldFilter = Readonly<{ accountId?: string | undefined; status?: HoldStatus | undefined }>;

/** Each method runs one SQL statement. */
export interface HoldQueries {
  hold(id: string): Promise<Hold | undefined>;
  /** Newest first; the page key is [id]. */
  holds(filter: HoldFilter, page: PageRequest, now: Date): Promise<Page<Hold>>;
  /** Source amounts of open holds that have expired at `now`, at most `limit`, in order of id. */
  amountsWithDueHolds(now: Date, limit: number): Promise<readonly string[]>;
}
