import { plus } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import { addDays, type TimeZones } from '../../kernel/time-zones.js';
import type { DayRange } from './bank-ports.js';

/** An instant, or a day of the practice's calendar, `yyyy-mm-dd`. */
export type Moment = Date | string;
/** `from` inclusive, `to` exclusive. */
export type MomentRange = Readonly<{ from?: Moment | undefined; to?: Moment | undefined }>;

type Calendar = Readonly<{ timeZones: TimeZones; practice: Practice }>;

/** The instant a moment begins. */
export const instantOf = (moment: Moment, { timeZones, practice }: Calendar): Date =>
  typeof moment === 'string' ? timeZones.startOfDay(moment, practice.timeZone) : moment;

/** The last millisecond of the day. */
export const endOfDay = (day: string, { timeZones, practice }: Calendar): Date =>
  plus(timeZones.startOfDay(addDays(day, 1), practice.timeZone), -1);

/**
 * The first day that begins at the moment or later. A line of the bank has a day and no time, and counts as booked when
 * that day begins: `[from, to)` in instants is `[firstDay(from), firstDay(to))` in days.
 */
export function firstDay(moment: Moment, { timeZones, practice: { timeZone } }: Calendar): string {
  if (typeof moment === 'string') return moment;
  const day = timeZones.dayOf(moment, timeZone);
  return timeZones.startOfDay(day, timeZone) < moment ? addDays(day, 1) : day;
}

/** The days of `firstDay`; null for an open end. */
export const toDays = ({ from, to }: MomentRange, calendar: Calendar): DayRange => ({
  from: from === undefined ? null : firstDay(from, calendar),
  to: to === undefined ? null : firstDay(to, calendar),
});
