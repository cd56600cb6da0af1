import { createRequire } from 'node:module';
import type { Temporal as TemporalNamespace } from 'temporal-polyfill';
import type { Stretch, TimeZones } from '../../kernel/time-zones.js';

type Temporal = typeof TemporalNamespace;
type Zoned = TemporalNamespace.ZonedDateTime;

let loaded: Temporal | undefined;

/** Loaded at first use, because it takes 40 ms and some megabytes that most commands do not need. */
const temporal = (): Temporal =>
  (loaded ??= (createRequire(import.meta.url)('temporal-polyfill') as { Temporal: Temporal }).Temporal);

const zoned = (instant: Date, zone: string): Zoned =>
  temporal().Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);

const toDate = ({ epochMilliseconds }: Readonly<{ epochMilliseconds: number }>): Date =>
  new Date(epochMilliseconds);

const NANOSECONDS_OF_A_MILLISECOND = 1_000_000;
const offsetMs = ({ offsetNanoseconds }: Zoned): number => offsetNanoseconds / NANOSECONDS_OF_A_MILLISECOND;

const MINUTES_OF_AN_HOUR = 60;

function assertDay(day: string): void {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`)))
    throw new Error(`${day} is not a day`);
}

function readStretches(from: Date, to: Date, zone: string): Stretch[] {
  const stretches: Stretch[] = [];
  for (let start = zoned(from, zone); start.epochMilliseconds < to.getTime();) {
    const change = start.getTimeZoneTransition('next');
    const ends = change !== null && change.epochMilliseconds < to.getTime() ? change : null;
    stretches.push({
      from: toDate(start),
      to: ends === null ? to : toDate(ends),
      offsetMs: offsetMs(start),
    });
    if (ends === null) break;
    start = ends;
  }
  return stretches;
}

/** The years that are cached. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
/** The size of the cache; a practice uses few zones and years. */
const MOST_REMEMBERED = 1_000;

const startOfYear = (year: number): Date => new Date(Date.UTC(year, 0, 1));

/**
 * `readStretches` with a cache of whole years, because finding the clock changes takes milliseconds and every booking needs
 * them. The time zone data does not change while the process runs.
 */
function makeStretches(): (from: Date, to: Date, zone: string) => readonly Stretch[] {
  const years = new Map<string, readonly Stretch[]>();
  function stretchesOf(year: number, zone: string): readonly Stretch[] {
    const key = `${year} ${zone}`;
    const known = years.get(key);
    if (known !== undefined) return known;
    if (years.size >= MOST_REMEMBERED) years.clear();
    const read = readStretches(startOfYear(year), startOfYear(year + 1), zone);
    years.set(key, read);
    return read;
  }
  return (from, to, zone) => {
    const [first, last] = [from.getUTCFullYear(), to.getUTCFullYear()];
    if (!(from < to && first >= FIRST_YEAR && last <= LAST_YEAR)) return readStretches(from, to, zone);
    const stretches: Stretch[] = [];
    for (let year = first; year <= last; year += 1)
      for (const stretch of stretchesOf(year, zone)) {
        if (stretch.to <= from || stretch.from >= to) continue;
        const cut = {
          from: stretch.from < from ? from : stretch.from,
          to: stretch.to > to ? to : stretch.to,
          offsetMs: stretch.offsetMs,
        };
        const before = stretches.at(-1);
        // Joins intervals across the turn of the year.
        if (before?.offsetMs === cut.offsetMs) stretches.splice(-1, 1, { ...cut, from: before.from });
        else stretches.push(cut);
      }
    return stretches;
  };
}

/**
 * Time zones by Temporal (ECMA-402, the time zone data of the engine). A local time is resolved with `earlier` and `later`:
 * both agree on an exact time; in a gap neither shows the requested time, in an overlap both do.
 */
export const makeTemporalTimeZones = (): TimeZones => ({
  dayOf: (instant, zone) => zoned(instant, zone).toPlainDate().toString(),
  startOfDay(day, zone) {
    assertDay(day);
    return toDate(temporal().PlainDate.from(day).toZonedDateTime(zone));
  },
  wallClockOf(instant, zone) {
    const wall = zoned(instant, zone);
    return { day: wall.toPlainDate().toString(), minute: wall.hour * MINUTES_OF_AN_HOUR + wall.minute };
  },
  resolve({ day, minute }, zone) {
    assertDay(day);
    const wall = temporal().PlainDateTime.from(day).add({ minutes: minute });
    const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
    const later = wall.toZonedDateTime(zone, { disambiguation: 'later' });
    if (earlier.epochMilliseconds === later.epochMilliseconds)
      return { kind: 'exact', instant: toDate(earlier) };
    if (earlier.toPlainDateTime().equals(wall))
      return { kind: 'fold', earlier: toDate(earlier), later: toDate(later) };
    const jump = earlier.getTimeZoneTransition('next');
    if (jump === null) throw new Error(`${day} has a gap in ${zone} that nothing makes`);
    return { kind: 'gap', jump: toDate(jump) };
  },
  stretches: makeStretches(),
});
