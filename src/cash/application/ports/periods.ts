import type { ClosedPeriod, Reopening } from '../../domain/period.js';

/** All methods require the lock of the real account. */
export interface PeriodRepository {
  /** The caller has checked for `period-closed`; a month that is closed twice is a bug. */
  insert(period: ClosedPeriod): Promise<void>;
  /** The months that are closed and were not reopened, last first, at most `limit`. */
  lastClosed(realAccountId: string, limit: number): Promise<readonly ClosedPeriod[]>;
  reopen(reopening: Reopening): Promise<void>;
}
