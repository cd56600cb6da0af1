import { plus, type Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import { addDays, type TimeZones } from '../../kernel/time-zones.js';
import { firstDayOf, nextPeriod, periodOfDay } from '../domain/period.js';
import type { ReportQueries, Series } from './bank-ports.js';
import { instantOf, type Moment } from './days.js';

export const INTERVALS = ['day', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** A little more than a year of days. */
export const MOST_POINTS = 400;
const MONTHS_BY_DEFAULT = 12;

/** Series for a chart: `amounts[i]` belongs to `at[i]`. */
export type Report = Readonly<{ at: readonly Date[]; series: readonly Series[] }>;
type Range = Readonly<{ from?: Moment | undefined; to?: Moment | undefined }>;
type Filter = Range & Readonly<{ interval: Interval; realAccountId?: string | undefined }>;

/**
 * Reports over `[from, to)`: the last twelve months unless said otherwise. Days and months are those of the practice's
 * zone. 400 for a range that ends before it begins, 422 `report-too-long` for more than 400 points.
 */
export interface ReadReports {
  /** Balances at `from`, at the end of each interval, and at `to`. */
  balances(filter: Filter): Promise<Report>;
  /** By month; `at` is where the month begins, the first time `from`. */
  cashFlow(range: Range): Promise<Report>;
  incomeByOrigin(range: Range): Promise<Report>;
  /** At the same points as balances. */
  unreconciled(filter: Filter): Promise<Report>;
}

type Dependencies = Readonly<{
  reportQueries: ReportQueries;
  clock: Clock;
  timeZones: TimeZones;
  practice: Practice;
}>;

const tooLong = (): DomainError =>
  new DomainError(
    'invalid',
    'report-too-long',
    `A report has at most ${MOST_POINTS} points; narrow the range or choose a longer interval.`,
  );

const endsBeforeItBegins = (): DomainError =>
  new DomainError('malformed', 'malformed-request', 'The range ends before it begins.', {
    errors: [{ pointer: '/query/to', detail: 'must be after from' }],
  });

export const makeReadReports = ({ reportQueries, clock, timeZones, practice }: Dependencies): ReadReports => {
  const startOf = (day: string): Date => timeZones.startOfDay(day, practice.timeZone);
  const dayOf = (instant: Date): string => timeZones.dayOf(instant, practice.timeZone);

  function monthsBefore(instant: Date, months: number): Date {
    let day = firstDayOf(periodOfDay(dayOf(instant)));
    for (let month = 1; month < months; month += 1) day = firstDayOf(periodOfDay(addDays(day, -1)));
    return startOf(day);
  }
  const following: Readonly<Record<Interval, (day: string) => string>> = {
    day: (day) => addDays(day, 1),
    month: (day) => firstDayOf(nextPeriod(periodOfDay(day))),
  };

  /** `from`, every beginning of an interval after it, and `to`. */
  function boundsOf(range: Range, interval: Interval): readonly Date[] {
    // Nothing takes effect in the future, so one millisecond from now is after everything.
    const to = range.to === undefined ? plus(clock.now(), 1) : instantOf(range.to, { timeZones, practice });
    const from =
      range.from === undefined
        ? monthsBefore(to, MONTHS_BY_DEFAULT)
        : instantOf(range.from, { timeZones, practice });
    if (from >= to) throw endsBeforeItBegins();
    const bounds = [from];
    for (let day = following[interval](dayOf(from)); ; day = following[interval](day)) {
      const next = startOf(day);
      if (next >= to) break;
      // A day that a zone left out, when it moved across the date line, begins when the next one does.
      if (next > (bounds.at(-1) ?? from)) bounds.push(next);
      if (bounds.length > MOST_POINTS) throw tooLong();
    }
    return [...bounds, to];
  }
  const flow = async (
    range: Range,
    read: (bounds: readonly Date[]) => Promise<readonly Series[]>,
  ): Promise<Report> => {
    const bounds = boundsOf(range, 'month');
    return { at: bounds.slice(0, -1), series: await read(bounds) };
  };

  return {
    async balances({ interval, realAccountId, ...range }) {
      const at = boundsOf(range, interval);
      return { at, series: await reportQueries.balances(at, realAccountId) };
    },
    cashFlow: (range) => flow(range, (bounds) => reportQueries.cashFlow(bounds)),
    incomeByOrigin: (range) => flow(range, (bounds) => reportQueries.incomeByOrigin(bounds)),
    async unreconciled({ interval, realAccountId, ...range }) {
      const at = boundsOf(range, interval);
      // A line counts from the beginning of its day: at midnight the day before is the last that counts.
      const points = at.map((instant) => ({ at: instant, day: dayOf(plus(instant, -1)) }));
      return { at, series: await reportQueries.unreconciled(points, realAccountId) };
    },
  };
};
