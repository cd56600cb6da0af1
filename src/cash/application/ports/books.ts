import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Amount } from '../../domain/amount.js';
import type { Hold } from '../../domain/hold.js';
import type {
  BalanceAfter,
  Origin,
  PostedTransaction,
  ReversalStatus,
  Transaction,
} from '../../domain/transaction.js';

export type Entry = Readonly<{ transaction: Transaction; source: BalanceAfter; target: BalanceAfter }>;

/** All changes of the books by one use case; one SQL statement writes them. */
export type LedgerWrite = Readonly<{
  batch?: Readonly<{ id: string; createdAt: Date; createdBy: string | null }> | undefined;
  entries: readonly Entry[];
  /** Amounts as they were locked, and their new state. */
  amounts: readonly Readonly<{ before: Amount; after: Amount }>[];
  openedHolds?: readonly Hold[];
  /** Holds that were open until now, with their final status. */
  closedHolds?: readonly Hold[];
}>;

export interface Books {
  /** The entries as posted, in order. conflict `origin-conflict`, `already-reversed`. */
  write(writing: LedgerWrite): Promise<readonly PostedTransaction[]>;
  find(id: string): Promise<PostedTransaction | undefined>;
  findByOrigin(origin: Origin): Promise<PostedTransaction | undefined>;
  /** Reliable only while the amounts of the transaction are locked exclusively. */
  reversalStatus(id: string): Promise<ReversalStatus>;
}

/** `from` inclusive, `to` exclusive, of the effective instant. */
export type TransactionFilter = Readonly<{
  accountId?: string | undefined;
  realAccountId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  origin?: Readonly<{ type: string; id: string }> | undefined;
}>;

/** Each method runs one SQL statement. */
export interface TransactionQueries {
  transaction(id: string): Promise<PostedTransaction | undefined>;
  /** Last posted first; the page key is [number]. */
  transactions(filter: TransactionFilter, page: PageRequest): Promise<Page<PostedTransaction>>;
}
