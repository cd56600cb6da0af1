import { expect } from 'chai';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/errors.js';
import { weekdayOf } from '../../src/kernel/time-zones.js';
import { padded } from '../../src/clinic/application/timetable.js';
import type { Interval } from '../../src/clinic/domain/interval.js';
import { assertOffered, freeStarts, isPatientBusy, isTaken, occupy } from '../../src/clinic/domain/slots.js';
import { parseWeek, type WeeklyWindow, workingIntervals } from '../../src/clinic/domain/working-hours.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';

const timeZones = makeTemporalTimeZones();
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];
const between = (from: string, to: string): Interval => ({ from: new Date(from), to: new Date(to) });

describe('free starts, compared with a brute-force computation', () => {
  /** Whether the wall clock shows a time within a window at every minute of the interval. */
  const worksThrough = (week: readonly WeeklyWindow[], zone: string, { from, to }: Interval): boolean => {
    for (let at = from; at < to; at = plus(at, MINUTE)) {
      const { day, minute } = timeZones.wallClockOf(at, zone);
      const weekday = weekdayOf(day);
      if (!week.some((w) => w.weekday === weekday && w.fromMinute <= minute && minute < w.untilMinute))
        return false;
    }
    return true;
  };

  it('computes exactly the working minutes around every clock change of every zone', function () {
    this.timeout(300_000);
    const zones = Intl.supportedValuesOf('timeZone');
    const range = between('2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
    let changes = 0;
    for (const [index, zone] of zones.entries())
      for (const { from: change } of timeZones.stretches(range.from, range.to, zone).slice(1)) {
        changes += 1;
        // Windows around the clock change, at other times for each zone.
        const { minute } = timeZones.wallClockOf(change, zone);
        const start = Math.max(0, minute - 45 - (index % 60));
        const week = ALL_DAYS.map((weekday) => ({
          weekday,
          fromMinute: start,
          untilMinute: Math.min(1440, start + 100 + (index % 45)),
        }));
        const around = { from: plus(change, -4 * HOUR), to: plus(change, 4 * HOUR) };
        const working = workingIntervals(week, timeZones.stretches(around.from, around.to, zone));
        const within = (at: Date): boolean => working.some(({ from, to }) => from <= at && at < to);
        for (let at = around.from; at < around.to; at = plus(at, 5 * MINUTE))
          expect(within(at), `${zone} ${at.toISOString()}`).to.equal(
            worksThrough(week, zone, { from: at, to: plus(at, 1) }),
          );
      }
    expect(changes).to.be.greaterThan(300);
  });

  const interval = (spanMinutes: number) =>
    fc
      .tuple(fc.integer({ min: -spanMinutes, max: spanMinutes }), fc.integer({ min: 1, max: 180 }))
      .map(([start, length]) => ({ start, length }));
  const scenario = fc.record({
    zone: fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Kathmandu',
      'UTC',
    ),
    change: fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
      '2026-06-01',
    ),
    windows: fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 20 })).map(([q, n]) => ({
        fromMinute: q * 15,
        untilMinute: Math.min(1440, (q + n) * 15),
      })),
      { maxLength: 3, comparator: (a, b) => a.fromMinute < b.untilMinute && b.fromMinute < a.untilMinute },
    ),
    extent: fc.record({
      durationMinutes: fc.integer({ min: 5, max: 90 }),
      bufferBeforeMinutes: fc.integer({ min: 0, max: 20 }),
      bufferAfterMinutes: fc.integer({ min: 0, max: 20 }),
    }),
    away: fc.array(interval(1440), { maxLength: 2 }),
    busy: fc.array(interval(1440), { maxLength: 5 }),
    patientBusy: fc.array(interval(1440), { maxLength: 3 }),
    noticeMinutes: fc.integer({ min: 0, max: 600 }),
  });

  it('offers a start if and only if it can be booked', () => {
    fc.assert(
      fc.property(scenario, ({ zone, change, windows, extent, away, busy, patientBusy, noticeMinutes }) => {
        const week = parseWeek(
          ALL_DAYS.flatMap((weekday) => windows.map((window) => ({ weekday, ...window }))),
        );
        const middle = new Date(`${change}T06:00:00Z`);
        const range = { from: plus(middle, -DAY), to: plus(middle, DAY) };
        const earliest = plus(range.from, noticeMinutes * MINUTE);
        const at = ({ start, length }: { start: number; length: number }): Interval => ({
          from: plus(middle, start * MINUTE),
          to: plus(middle, (start + length) * MINUTE),
        });
        const wide = padded(range);
        const availability = {
          working: workingIntervals(week, timeZones.stretches(wide.from, wide.to, zone)),
          away: away.map(at),
          busy: busy.map(at),
          patientBusy: patientBusy.map(at),
        };
        const offered = freeStarts(availability, extent, { range, earliest });

        // Brute force: minute by minute. Of the application it uses the conversion to local time only.
        const overlapping = (a: Interval, b: Interval) => a.from < b.to && b.from < a.to;
        const known = new Map<number, string | undefined>();
        const works = (instant: Date): string | undefined => {
          if (!known.has(instant.getTime())) known.set(instant.getTime(), look(instant));
          return known.get(instant.getTime());
        };
        const look = (instant: Date): string | undefined => {
          const { day, minute } = timeZones.wallClockOf(instant, zone);
          const window = week.find(
            (w) => w.weekday === weekdayOf(day) && w.fromMinute <= minute && minute < w.untilMinute,
          );
          return window && `${day} ${window.fromMinute}`;
        };
        const expected: number[] = [];
        let window: string | undefined;
        let sinceMinutes = 0;
        for (let instant = wide.from; instant < range.to; instant = plus(instant, MINUTE)) {
          const now = works(instant);
          if (now === undefined || now !== window) sinceMinutes = 0;
          window = now;
          if (now === undefined) continue;
          const onGrid = sinceMinutes % extent.durationMinutes === 0;
          sinceMinutes += 1;
          if (!onGrid || instant < range.from || instant < earliest) continue;
          const { real, busy: taken } = occupy(instant, extent);
          let whole = true;
          for (let step = real.from; whole && step < real.to; step = plus(step, MINUTE))
            whole = works(step) === now;
          const blocked = [...availability.away, ...availability.busy].some((other) =>
            overlapping(other, taken),
          );
          const patientIsElsewhere = availability.patientBusy.some((other) => overlapping(other, real));
          if (whole && !blocked && !patientIsElsewhere) expected.push(instant.getTime());
        }
        expect(offered.map(({ startsAt }) => startsAt.getTime())).to.deep.equal(expected);

        // A booking follows the same rules.
        const bookable = (startsAt: Date): boolean => {
          try {
            assertOffered(availability, extent, { startsAt, earliest });
          } catch (error) {
            if (error instanceof DomainError) return false;
            throw error;
          }
          return !isTaken(availability, extent, startsAt) && !isPatientBusy(availability, extent, startsAt);
        };
        const probe = offered.flatMap(({ startsAt }) => [
          startsAt,
          plus(startsAt, MINUTE),
          plus(startsAt, -1),
        ]);
        const taken = [...availability.busy, ...availability.patientBusy].flatMap(({ from, to }) => [
          from,
          to,
        ]);
        for (const startsAt of [...probe, ...taken])
          if (startsAt >= range.from && startsAt < range.to)
            expect(bookable(startsAt), startsAt.toISOString()).to.equal(
              expected.includes(startsAt.getTime()),
            );
      }),
      { numRuns: 60 },
    );
  }).timeout(120_000);
});
