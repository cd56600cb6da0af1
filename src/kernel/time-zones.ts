/** A local date and time without an offset: a day, and minutes since its 00:00. Seconds are truncated. */
export type WallClock = Readonly<{ day: string; minute: number }>;

/** The instants of a local time: one; none in the gap of a clock change; or two in its overlap. */
export type Resolution =
  | Readonly<{ kind: 'exact'; instant: Date }>
  | Readonly<{ kind: 'gap'; jump: Date }>
  | Readonly<{ kind: 'fold'; earlier: Date; later: Date }>;

/** An interval with one UTC offset: local time = UTC + `offsetMs`. */
export type Stretch = Readonly<{ from: Date; to: Date; offsetMs: number }>;

/**
 * Calendar days and local times in a time zone (an IANA name). A port, because the core has no time zone data: days have
 * 23 to 25 hours, and some have no midnight. A day is `yyyy-mm-dd` in the proleptic Gregorian calendar.
 * An unknown zone is an Error, because the HTTP layer and the configuration validate names.
 */
export interface TimeZones {
  /** The local day at `instant`. */
  dayOf(instant: Date, zone: string): string;
  /** The first instant of the day: midnight, or the end of the gap where a clock change skips midnight. */
  startOfDay(day: string, zone: string): Date;
  wallClockOf(instant: Date, zone: string): WallClock;
  resolve(wallClock: WallClock, zone: string): Resolution;
  /** `[from, to)` split at each clock change, in order and without gaps. */
  stretches(from: Date, to: Date, zone: string): readonly Stretch[];
}

const MINUTES_OF_A_DAY = 24 * 60;
const DAY_MS = MINUTES_OF_A_DAY * 60_000;
const DAYS_OF_A_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

function dayNumber(day: string): number {
  const midnightMs = Date.parse(`${day}T00:00:00.000Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(midnightMs)) throw new Error(`${day} is not a day`);
  return midnightMs / DAY_MS;
}

/** ISO 8601: 1 Monday … 7 Sunday. */
export const weekdayOf = (day: string): number =>
  ((((dayNumber(day) + FIRST_WEEKDAY - 1) % DAYS_OF_A_WEEK) + DAYS_OF_A_WEEK) % DAYS_OF_A_WEEK) + 1;

/** The calendar day `days` days later; clock changes do not matter. */
export const addDays = (day: string, days: number): string =>
  new Date((dayNumber(day) + days) * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);

/** `hh:mm`, from 00:00 to 24:00. */
export const formatMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Minutes since midnight; undefined unless `text` is `hh:mm` from 00:00 to 24:00, the end of the day (ISO 8601-1 §4.3.8). */
export function parseMinute(text: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return minute <= MINUTES_OF_A_DAY ? minute : undefined;
}
