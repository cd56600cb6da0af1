/**
 * Calendar days in a time zone (an IANA name). A port, because the core knows no calendar: days have 23 to 25 hours,
 * and some have no midnight. A day is written `yyyy-mm-dd` in the proleptic Gregorian calendar.
 */
export interface TimeZones {
  /** The day on the wall calendar at `instant`. */
  dayOf(instant: Date, zone: string): string;
  /** The first instant of the day: midnight, or where the clocks skip it, the instant they jump to. */
  startOfDay(day: string, zone: string): Date;
}
