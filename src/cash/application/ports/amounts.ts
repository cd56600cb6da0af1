import type { Amount } from '../../domain/amount.js';

/** The money of an account in one real account; without `realAccountId`, in the real account that it belongs to. */
export type AmountRef = Readonly<{ accountId: string; realAccountId?: string | undefined }>;

/** Everything of one account, or everything that lies in one real account. */
export type AmountScope = Readonly<{ accountId: string }> | Readonly<{ realAccountId: string }>;

export interface AmountRepository {
  /** Which of `refs` name a real account but have no amount there yet. Locks nothing. */
  missing(refs: readonly AmountRef[]): Promise<readonly AmountRef[]>;
  /** Creates the amount of an account in a real account of its currency, unless it exists. To be called before amounts are locked. */
  ensure(amount: Readonly<{ id: string; accountId: string; realAccountId: string }>): Promise<void>;
  /** Deletes unused amounts that this unit of work created; unknown ids are ignored. */
  deleteUnused(ids: readonly string[]): Promise<void>;
  /**
   * Locks the amounts of `refs` to the end of the transaction and returns them in the same order, undefined for a missing one.
   * `posting` locks hot amounts in a mode that concurrent postings share, and returns their balance at the last checkpoint;
   * `exclusive` locks all of them exclusively.
   */
  lock(refs: readonly AmountRef[], how: 'posting' | 'exclusive'): Promise<readonly (Amount | undefined)[]>;
  /** Locks exclusively, in order of id; unknown ids are left out. */
  lockByIds(ids: readonly string[]): Promise<readonly Amount[]>;
  /** Locks every amount of `scope` and returns it with its full balance, hot ones too. Waits for all running postings. */
  lockScope(scope: AmountScope): Promise<readonly Amount[]>;
  /**
   * Updates the columns that the amounts of `scope` copy from their account and real account (floor, hot, archived, closed
   * period), and moves the checkpoint of hot ones to the last posting. To be called after `lockScope`.
   */
  refresh(scope: AmountScope): Promise<void>;
  /**
   * Moves the checkpoint of a hot amount to its last posting, unless the sum is beyond 2^53−1. Waits for all running
   * postings.
   */
  checkpoint(id: string): Promise<void>;
  /** The earliest effective instant of a posting in the real account that is `from` or later and before `to`. */
  firstEffective(
    realAccountId: string,
    range: Readonly<{ from: Date | null; to: Date }>,
  ): Promise<Date | undefined>;
  /** The latest instant at which anything that takes effect before `before` was posted to the real account. */
  lastPosted(realAccountId: string, before: Date): Promise<Date | undefined>;
}
