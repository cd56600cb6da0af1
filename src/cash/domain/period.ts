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

/** A month that is closed, for good. */
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
