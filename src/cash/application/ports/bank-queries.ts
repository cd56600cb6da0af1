import type { Page, PageRequest } from '../../../kernel/page.js';
import type { BankLine } from '../../domain/bank-line.js';
import type { Reconciliation } from '../../domain/reconciliation.js';
import type { Candidate } from '../../domain/suggestion.js';

type Named = Readonly<{ id: string; name: string }>;

export type BankLineView = Omit<BankLine, 'fingerprint'> &
  Readonly<{
    match: Readonly<{
      id: string;
      transactionIds: readonly string[];
      matchedAt: Date;
      matchedBy: Named | null;
    }> | null;
  }>;

export type PeriodView = Readonly<{
  id: string;
  realAccountId: string;
  period: string;
  startsAt: Date;
  endsAt: Date;
  closedAt: Date;
  closedBy: Named | null;
  reopened: Readonly<{ at: Date; by: Named | null; reason: string }> | null;
}>;

/** Days, `yyyy-mm-dd`: `from` inclusive, `to` exclusive; null is unbounded. */
export type DayRange = Readonly<{ from: string | null; to: string | null }>;

export type BankLineFilter = DayRange &
  Readonly<{ realAccountId?: string | undefined; matched?: boolean | undefined }>;

/** Each method runs one SQL statement. */
export interface BankQueries {
  /** With the currency and the closed month of its real account. */
  bankLine(id: string): Promise<BankLineView | undefined>;
  /** Last booked first; the page key is [day, id]. */
  bankLines(filter: BankLineFilter, page: PageRequest): Promise<Page<BankLineView>>;
  /** First booked first, at most `limit`. undefined when there is no such real account. */
  bankStatement(
    realAccountId: string,
    range: DayRange,
    limit: number,
  ): Promise<Readonly<{ currency: string; lines: readonly BankLine[] }> | undefined>;
  /**
   * Unmatched and unreversed transactions that took effect within the range and moved money in the real account in the direction
   * of `amount` and at most as much: the `limit` nearest to `around`.
   */
  candidates(
    line: Readonly<{ realAccountId: string; amount: number }>,
    range: Readonly<{ from: Date; to: Date; around: Date }>,
    limit: number,
  ): Promise<readonly (Omit<Candidate, 'day'> & Readonly<{ effectiveAt: Date }>)[]>;
  /** Last first; the page key is [id]. So are periods. */
  reconciliations(realAccountId: string, page: PageRequest): Promise<Page<Reconciliation>>;
  periods(realAccountId: string, page: PageRequest): Promise<Page<PeriodView>>;
}
