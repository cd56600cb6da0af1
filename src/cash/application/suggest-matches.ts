import type { Practice } from '../../kernel/practice.js';
import { addDays, type TimeZones } from '../../kernel/time-zones.js';
import { suggest, type Suggestion } from '../domain/suggestion.js';
import type { BankQueries } from './bank-ports.js';
import { found } from './found.js';

/** The range of days around a line in which its transactions are searched: bills are often paid late, seldom early. */
const DAYS_BEFORE = 120;
const DAYS_AFTER = 14;
const MOST_CANDIDATES = 300;

export type SuggestedTransaction = Readonly<{
  id: string;
  /** Minor units, as the real account sees it. */
  amount: number;
  description: string | null;
  effectiveAt: Date;
}>;
export type SuggestionView = Omit<Suggestion, 'transactionIds'> &
  Readonly<{ transactions: readonly SuggestedTransaction[] }>;

/** Suggested matches of a bank line, the most likely first, at most ten; none for a matched line. not_found */
export type SuggestMatches = (
  query: Readonly<{ bankLineId: string }>,
) => Promise<Readonly<{ currency: string; suggestions: readonly SuggestionView[] }>>;

type Dependencies = Readonly<{ bankQueries: BankQueries; timeZones: TimeZones; practice: Practice }>;

export const makeSuggestMatches = ({ bankQueries, timeZones, practice }: Dependencies): SuggestMatches => {
  const dayOf = (instant: Date): string => timeZones.dayOf(instant, practice.timeZone);
  const startOf = (day: string): Date => timeZones.startOfDay(day, practice.timeZone);
  return async ({ bankLineId }) => {
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
  };
};
