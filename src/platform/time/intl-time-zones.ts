import { DAY } from '../../kernel/clock.js';
import type { TimeZones } from '../../kernel/time-zones.js';

/** No zone is, or was since 1900, farther than this from UTC. */
const FARTHEST_MS = DAY;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formatters.set(zone, made);
  return made;
}

function dayOf(instant: Date, zone: string): string {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/**
 * Days from the engine's own time zone data. The start of a day is found by bisection over `dayOf`, so it follows
 * whatever the zone did: midnights that were skipped, days of 23 or 25 hours, a day that was left out altogether
 * (its start is then that of the next).
 */
export const makeIntlTimeZones = (): TimeZones => ({
  dayOf,
  startOfDay(day, zone) {
    const midnightUtc = Date.parse(`${day}T00:00:00.000Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(midnightUtc)) throw new Error(`${day} is not a day`);
    let before = midnightUtc - FARTHEST_MS;
    let reached = midnightUtc + FARTHEST_MS;
    while (reached - before > 1) {
      const middle = Math.floor((before + reached) / 2);
      if (dayOf(new Date(middle), zone) >= day) reached = middle;
      else before = middle;
    }
    return new Date(reached);
  },
});
