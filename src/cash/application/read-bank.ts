import { DomainError, notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Practice } from '../../kernel/practice.js';
import { addDays, type TimeZones } from '../../kernel/time-zones.js';
import { suggest, type Suggestion } from '../domain/suggestion.js';
import type {
  BankLine,
  BankLineView,
  BankQueries,
  DayRange,
  PeriodView,
  Reconciliation,
} from './bank-ports.js';
import { firstDay, type Moment } from './days.js';
import { found } from './found.js';
import type { CashQueries } from './ports.js';

export const LONGEST_BANK_STATEMENT = 10_000;

/** The range of days around a line in which its transactions are searched: bills are often paid late, seldom early. */
const DAYS_BEFORE = 120;
const DAYS_AFTER = 14;
const MOST_CANDIDATES = 300;

type Range = Readonly<{ from?: Moment | undefined; to?: Moment | undefined }>;

export type SuggestedTransaction = Readonly<{
  id: string;
  /** Minor units, as the real account sees it. */
  amount: number;
  description: string | null;
  effectiveAt: Date;
}>;
export type SuggestionView = Omit<Suggestion, 'transactionIds'> &
  Readonly<{ transactions: readonly SuggestedTransaction[] }>;

/** Reads bank lines, suggestions, reconciliations and periods. An unknown id is not_found (404). */
export interface ReadBank {
  bankLine(id: string): Promise<BankLineView>;
  bankLines(
    filter: Range & Readonly<{ realAccountId?: string | undefined; matched?: boolean | undefined }>,
    page: PageRequest,
  ): Promise<Page<BankLineView>>;
  /** 422 `statement-too-long`. */
  bankStatement(
    realAccountId: string,
    range: Range,
  ): Promise<DayRange & Readonly<{ currency: string; lines: readonly BankLine[] }>>;
  /** Suggested matches of a line, the most likely first, at most ten; none for a matched line. */
  suggestions(
    bankLineId: string,
  ): Promise<Readonly<{ currency: string; suggestions: readonly SuggestionView[] }>>;
  reconciliations(realAccountId: string, page: PageRequest): Promise<Page<Reconciliation>>;
  periods(realAccountId: string, page: PageRequest): Promise<Page<PeriodView>>;
}

type Dependencies = Readonly<{
  bankQueries: BankQueries;
  cashQueries: CashQueries;
  timeZones: TimeZones;
  practice: Practice;
}>;

export const makeReadBank = ({ bankQueries, cashQueries, timeZones, practice }: Dependencies): ReadBank => {
  const toDays = ({ from, to }: Range): DayRange => ({
    from: from === undefined ? null : firstDay(from, { timeZones, practice }),
    to: to === undefined ? null : firstDay(to, { timeZones, practice }),
  });
  const dayOf = (instant: Date): string => timeZones.dayOf(instant, practice.timeZone);
  const startOf = (day: string): Date => timeZones.startOfDay(day, practice.timeZone);
  const assertRealAccount = async (id: string): Promise<void> => {
    if ((await cashQueries.realAccount(id)) === undefined) throw notFound('real account');
  };
  return {
    bankLine: async (id) => found(await bankQueries.bankLine(id), 'bank line'),
    bankLines: ({ from, to, ...filter }, page) =>
      bankQueries.bankLines({ ...filter, ...toDays({ from, to }) }, page),
    async bankStatement(realAccountId, range) {
      const days = toDays(range);
      const statement = found(
        await bankQueries.bankStatement(realAccountId, days, LONGEST_BANK_STATEMENT + 1),
        'real account',
      );
      if (statement.lines.length > LONGEST_BANK_STATEMENT)
        throw new DomainError(
          'invalid',
          'statement-too-long',
          `A statement has at most ${LONGEST_BANK_STATEMENT} lines; narrow the range.`,
        );
      return { ...statement, ...days };
    },
    async suggestions(bankLineId) {
      const line = found(await bankQueries.bankLine(bankLineId), 'bank line');
      if (line.match !== null) return { currency: line.currency, suggestions: [] };
      const candidates = await bankQueries.candidates(
        line,
        {
          from: startOf(addDays(line.bookedOn, -DAYS_BEFORE)),
          to: startOf(addDays(line.bookedOn, DAYS_AFTER)),
          around: startOf(line.bookedOn),
        },
        MOST_CANDIDATES,
      );
      const byId = new Map(candidates.map((candidate) => [candidate.transactionId, candidate]));
      const suggestions = suggest(
        line,
        candidates.map(({ effectiveAt, ...candidate }) => ({ ...candidate, day: dayOf(effectiveAt) })),
      );
      return {
        currency: line.currency,
        suggestions: suggestions.map(({ transactionIds, score, reasons }) => ({
          score,
          reasons,
          transactions: transactionIds.map((id) => {
            const { delta, description, effectiveAt } = found(byId.get(id), 'transaction');
            return { id, amount: delta, description, effectiveAt };
          }),
        })),
      };
    },
    async reconciliations(realAccountId, page) {
      await assertRealAccount(realAccountId);
      return bankQueries.reconciliations(realAccountId, page);
    },
    async periods(realAccountId, page) {
      await assertRealAccount(realAccountId);
      return bankQueries.periods(realAccountId, page);
    },
  };
};
