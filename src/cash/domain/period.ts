import { invalidField } from '../../kernel/errors.js';
import { lengthOf } from '../../kernel/text.js';
import { addDays } from '../../kernel/time-zones.js';

/** A month of the practice's calendar, `yyyy-mm`. Strings compare as the months do. */
export type Period = string;

export const isPeriod = (text: string): boolean => /^[12]\d{3}-(0[1-9]|1[0-2])$/.test(text);

const MONTHS = 12;

export function nextPeriod(period: Period): Period {
  const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(5))];
  return month === MONTHS
    ? `${year + 1}-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
}

/** The first day of the month, `yyyy-mm-dd`. */
export const firstDayOf = (period: Period): string => `${period}-01`;

/** The month that a day, `yyyy-mm-dd`, belongs to. */
export const periodOfDay = (day: string): Period => day.slice(0, 7);

/** Whether a day, `yyyy-mm-dd`, is in a month up to `closedThrough`. */
export const isClosedDay = (day: string, closedThrough: Period | null): boolean =>
  closedThrough !== null && periodOfDay(day) <= closedThrough;

/** The last day of the month, `yyyy-mm-dd`. */
export const lastDayOf = (period: Period): string => addDays(firstDayOf(nextPeriod(period)), -1);

/** A closed month of a real account; a reopening is stored separately. */
export type ClosedPeriod = Readonly<{
  id: string;
  realAccountId: string;
  period: Period;
  /** The month as instants: `startsAt` inclusive, `endsAt` exclusive. */
  startsAt: Date;
  endsAt: Date;
  closedAt: Date;
  closedBy: string | null;
}>;

/** The reopening of a closed month. */
export type Reopening = Readonly<{
  id: string;
  periodId: string;
  reason: string;
  reopenedAt: Date;
  reopenedBy: string | null;
}>;

const MAX_REASON = 500;

/** The trimmed reason; 422 `validation` for none, or one of more than 500 characters. */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || lengthOf(reason) > MAX_REASON)
    throw invalidField('/reason', `has 1 to ${MAX_REASON} characters`);
  return reason;
}
