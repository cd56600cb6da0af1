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
  /** Last in its unit of work; the lines that name it may be there before. */
  insert(of: Import): Promise<void>;
}

/** What becomes of lines, by their positions in what was given: each is there already, belongs to a closed month, or is new. */
export type LineOutcomes = Readonly<{ added: number; duplicates: number; closed: readonly number[] }>;

/** All of it under the lock of the real account. */
export interface BankLineRepository {
  /** Adds what is new, unless its month is closed. The same line of the same occurrence is never there twice. */
  add(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** What `add` would do. */
  compare(lines: readonly BankLine[]): Promise<LineOutcomes>;
  /** Outside the lock too: a line never changes. */
  find(id: string): Promise<BankLine | undefined>;
  /** Lines booked on `through` or before that no live match holds, and whether there are any lines at all. */
  unmatchedThrough(
    realAccountId: string,
    through: string,
  ): Promise<Readonly<{ lines: number; unmatched: number }>>;
}

/** All of it under the lock of the real account. */
export interface MatchRepository {
  find(id: string): Promise<Match | undefined>;
  /** Whether a live match holds the line. */
  holdsLine(bankLineId: string): Promise<boolean>;
  /** Each of the transactions as the real account sees it; those that are not there are left out. */
  movements(realAccountId: string, transactionIds: readonly string[]): Promise<readonly Movement[]>;
  /** conflict `already-matched` when the line or a transaction is in a live match after all. */
  insert(match: Match): Promise<void>;
  /** Stores that it was removed. */
  remove(match: Match): Promise<void>;
}

export interface ReconciliationRepository {
  insert(reconciliation: Reconciliation): Promise<void>;
  /** The one that reaches latest; of two for one day, the later. */
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

/** Each is one statement. */
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
   * Transactions that moved something in the real account in the direction of `amount` and at most as much, that no live
   * match of it holds, that took effect within the range and were not reversed: the `limit` nearest to `around`.
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

/** One line of a chart. Amounts in minor units of `currency`, one for each point that was asked for. */
export type Series = Readonly<{ name: string; currency: string; amounts: readonly number[] }>;

/** Each is one statement. The instants are in order; they come from the calendar of the practice and not from SQL. */
export interface ReportQueries {
  /** What each asset envelope held of all that took effect before each instant. */
  balances(before: readonly Date[], realAccountId: string | undefined): Promise<readonly Series[]>;
  /**
   * What came in and what went out (negative) between each instant and the next, of all real accounts but the world
   * outside, taken together by currency: what moves among them is left out. One amount fewer than instants.
   */
  cashFlow(bounds: readonly Date[]): Promise<readonly Series[]>;
  /** What income accounts earned, by what it was for: `shop`, `clinic`, `other`. One amount fewer than instants. */
  incomeByOrigin(bounds: readonly Date[]): Promise<readonly Series[]>;
  /**
   * What was in unmatched bank lines, without sign, by how old they were: at each instant, of lines booked on the day
   * beside it or before, those that were in no match then.
   */
  unreconciled(
    points: readonly Readonly<{ at: Date; day: string }>[],
    realAccountId: string | undefined,
  ): Promise<readonly Series[]>;
}

export type { RejectionCode };
