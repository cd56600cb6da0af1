import { plus, type Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import { addDays, type TimeZones } from '../../kernel/time-zones.js';
import { firstDayOf, nextPeriod, periodOfDay } from '../domain/period.js';
import type { ReportQueries, Series } from './bank-ports.js';
import { instantOf, type MomentRange } from './days.js';
import { endsBeforeItBegins } from './range.js';

export const INTERVALS = ['day', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** A little more than a year of days. */
export const MOST_POINTS = 400;
const MONTHS_BY_DEFAULT = 12;

/** Series for a chart: `amounts[i]` belongs to `at[i]`. */
export type Report = Readonly<{ at: readonly Date[]; series: readonly Series[] }>;
/** The days and months of a report over `[from, to)`, by default the last twelve months. */
export type ReportFilter = MomentRange & Readonly<{ interval: Interval; realAccountId?: string | undefined }>;

type ReportCalendar = Readonly<{ clock: Clock; timeZones: TimeZones; practice: Practice }>;
export type ReportDependencies = ReportCalendar & Readonly<{ reportQueries: ReportQueries }>;

const tooLong = (): DomainError =>
  new DomainError(
    'invalid',
    'report-too-long',
    `A report has at most ${MOST_POINTS} points; narrow the range or choose a longer interval.`,
  );

const FOLLOWING: Readonly<Record<Interval, (day: string) => string>> = {
  day: (day) => addDays(day, 1),
  month: (day) => firstDayOf(nextPeriod(periodOfDay(day))),
};

/**
 * `from`, every beginning of an interval after it, and `to`. Days and months are those of the practice's zone. 400 for a
 * range that ends before it begins, 422 `report-too-long` for more than 400 points.
 */
export function reportPoints(
  range: MomentRange,
  interval: Interval,
  { clock, timeZones, practice }: ReportCalendar,
): readonly Date[] {
  const startOf = (day: string): Date => timeZones.startOfDay(day, practice.timeZone);
  const dayOf = (instant: Date): string => timeZones.dayOf(instant, practice.timeZone);
  function monthsBefore(instant: Date, months: number): Date {
    let day = firstDayOf(periodOfDay(dayOf(instant)));
    for (let month = 1; month < months; month += 1) day = firstDayOf(periodOfDay(addDays(day, -1)));
    return startOf(day);
  }

  // Nothing takes effect in the future, so one millisecond from now is after everything.
  const to = range.to === undefined ? plus(clock.now(), 1) : instantOf(range.to, { timeZones, practice });
  const from =
    range.from === undefined
      ? monthsBefore(to, MONTHS_BY_DEFAULT)
      : instantOf(range.from, { timeZones, practice });
  if (from >= to) throw endsBeforeItBegins('must be after from');
  const bounds = [from];
  for (let day = FOLLOWING[interval](dayOf(from)); ; day = FOLLOWING[interval](day)) {
    const next = startOf(day);
    if (next >= to) break;
    // A day that a zone left out, when it moved across the date line, begins when the next one does.
    if (next > (bounds.at(-1) ?? from)) bounds.push(next);
    if (bounds.length > MOST_POINTS) throw tooLong();
  }
  return [...bounds, to];
}

/** A report by month: `at` holds the beginning of each month, for the first month `from`. Errors of `reportPoints`. */
export async function reportByMonth(
  range: MomentRange,
  calendar: ReportCalendar,
  read: (bounds: readonly Date[]) => Promise<readonly Series[]>,
): Promise<Report> {
  const bounds = reportPoints(range, 'month', calendar);
  return { at: bounds.slice(0, -1), series: await read(bounds) };
}
