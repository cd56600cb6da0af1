/** The date format of a statement. `iso` also accepts an instant, which is converted to a day in the practice's time zone. */
export type DayFormat = 'iso' | 'dd.mm.yyyy' | 'mm/dd/yyyy' | 'dd/mm/yyyy';

const PATTERNS: Readonly<Record<DayFormat, RegExp>> = {
  iso: /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/,
  'dd.mm.yyyy': /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4}|\d\d)$/,
  'mm/dd/yyyy': /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}|\d\d)$/,
  'dd/mm/yyyy': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4}|\d\d)$/,
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const FIRST_DAY = '1900-01-01';
export const LAST_DAY = '2199-12-31';

/** Whether `text` is a calendar day, `yyyy-mm-dd`, from 1900 to 2199. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < FIRST_DAY || text > LAST_DAY) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day >= 1 && day <= (month === 2 && leap ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0));
}

/**
 * The day as `yyyy-mm-dd`, or undefined when `text` is no day. A day without a time is not converted between time zones. Years of
 * two digits belong to this century.
 */
export function parseDay(
  text: string,
  format: DayFormat,
  dayOf: (instant: Date) => string,
): string | undefined {
  const plain = text.trim();
  if (format === 'iso' && INSTANT.test(plain)) {
    const instant = new Date(plain);
    return Number.isNaN(instant.getTime()) ? undefined : known(dayOf(instant));
  }
  const { year, month, day } = PATTERNS[format].exec(plain)?.groups ?? {};
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return known(`${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

const known = (day: string): string | undefined => (isCalendarDay(day) ? day : undefined);
