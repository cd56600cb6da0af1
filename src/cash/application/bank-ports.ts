import type { Page, PageRequest } from '../../kernel/page.js';
import type { BankLine } from '../domain/bank-line.js';
import type { ImportProfileName } from '../domain/import-profile.js';
import type { Match, Movement } from '../domain/match.js';
import type { Reconciliation } from '../domain/reconciliation.js';
import type { Row, RejectionCode } from '../domain/statement-file.js';
import type { Candidate } from '../domain/suggestion.js';

export type { BankLine } from '../domain/bank-line.js';
export { isCalendarDay } from '../domain/calendar-day.js';
export { IMPORT_PROFILE_NAMES, type ImportProfileName } from '../domain/import-profile.js';
export { MOST_TRANSACTIONS, type Match } from '../domain/match.js';
export type { Reconciliation } from '../domain/reconciliation.js';
export type { Rejection } from '../domain/statement-file.js';
export { REASONS } from '../domain/suggestion.js';

/** An uploaded file. */
export type StatementFile = Readonly<{
  /** Lower case hexadecimal digits. */
  sha256: string;
  sizeBytes: number;
  /** The bytes, in pieces of at most 64 KiB; every call reads the file from the beginning. */
  chunks(): AsyncIterable<Uint8Array>;
}>;

/** Comma-separated values (RFC 4180) and the deviations from it that banks write. */
export interface StatementFiles {
  /**
   * The rows of the file in order, those of one piece at a time. Reads the file once, and yields to the event loop between
   * pieces.
   * @throws DomainError invalid `invalid-file` when the file is no text, no table, or has a row of more than 64 KiB; with the
   * line of the fault, if it is known
   */
  rows(
    file: StatementFile,
    format: Readonly<{ delimiter: string; otherEncoding: 'windows-1252' | null }>,
  ): AsyncIterable<readonly Row[]>;
}

export interface Fingerprints {
  /** SHA-256 of the text in UTF-8, lower case hexadecimal digits. */
  of(text: string): string;
}

export type Import = Readonly<{
  id: string;
  realAccountId: string;
  profile: ImportProfileName;
  sha256: string;
  sizeBytes: number;
  added: number;
  duplicates: number;
  rejected: number;
  importedAt: Date;
  importedBy: string | null;
}>;

export interface ImportRepository {
  /** To be called after the lines were added, whose foreign key is deferred. */
  insert(of: Import): Promise<void>;
}

/** The numbers of new and of known lines, and the positions of those that belong to a closed month. */
export type LineOutcomes = Readonly<{ added: number; duplicates: number; closed: readonly number[] }>;

/** All methods require the lock of the real account. */
export interface BankLineRepository {
  /** Adds the new lines whose month is open. A line is known by its fingerprint and occurrence. */
  add(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** The outcome of `add`, without a change. */
  compare(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** Needs no lock, because a line never changes. */
  find(id: string): Promise<BankLine | undefined>;
  /** Counts the lines booked on `through` or before, and those of them without a match. */
  unmatchedThrough(
    realAccountId: string,
    through: string,
  ): Promise<Readonly<{ lines: number; unmatched: number }>>;
}

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

export interface ReconciliationRepository {
  insert(reconciliation: Reconciliation): Promise<void>;
  /** The reconciliation with the latest day; of two for one day, the later one. */
  latest(realAccountId: string): Promise<Reconciliation | undefined>;
  /** Open holds on the real account's money that were placed before `before`. */
  openHolds(realAccountId: string, before: Date): Promise<number>;
}

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

/** One line of a chart. Amounts in minor units of `currency`, one for each point. */
export type Series = Readonly<{ name: string; currency: string; amounts: readonly number[] }>;

/** Each method runs one SQL statement. The instants are ascending, and computed from the calendar of the practice. */
export interface ReportQueries {
  /** The balance of each asset envelope before each instant, on the effective axis. */
  balances(before: readonly Date[], realAccountId: string | undefined): Promise<readonly Series[]>;
  /**
   * Money received and money spent (negative) between each instant and the next, over all real accounts but the external one, by
   * currency. Movements among them are left out. One amount fewer than instants.
   */
  cashFlow(bounds: readonly Date[]): Promise<readonly Series[]>;
  /** The income by origin: `shop`, `clinic`, `other`. One amount fewer than instants. */
  incomeByOrigin(bounds: readonly Date[]): Promise<readonly Series[]>;
  /**
   * The sum of the absolute amounts of unmatched bank lines by age: at each instant, of the lines booked up to the given day
   * that had no match then.
   */
  unreconciled(
    points: readonly Readonly<{ at: Date; day: string }>[],
    realAccountId: string | undefined,
  ): Promise<readonly Series[]>;
}

export type { RejectionCode };
