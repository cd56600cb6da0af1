import type { Match, Movement } from '../../domain/match.js';

/** All methods require the lock of the real account. */
export interface MatchRepository {
  find(id: string): Promise<Match | undefined>;
  /** Whether the line is matched. */
  holdsLine(bankLineId: string): Promise<boolean>;
  /** The effect of each transaction on the real account; unknown ids are left out. */
  movements(realAccountId: string, transactionIds: readonly string[]): Promise<readonly Movement[]>;
  /** conflict `already-matched` when a concurrent match has the line or a transaction. */
  insert(match: Match): Promise<void>;
  /** Stores that it was removed. */
  remove(match: Match): Promise<void>;
}
