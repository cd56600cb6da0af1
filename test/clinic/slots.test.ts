import { expect } from 'chai';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import { parseMinute, weekdayOf } from '../../src/kernel/time-zones.js';
import { availabilityOf, padded } from '../../src/clinic/application/timetable.js';
import type { Interval } from '../../src/clinic/domain/interval.js';
import { assertOffered, freeStarts, isPatientBusy, isTaken, occupy } from '../../src/clinic/domain/slots.js';
import { parseWeek, type WeeklyWindow, workingIntervals } from '../../src/clinic/domain/working-hours.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { DomainError } from '../../src/kernel/errors.js';

const timeZones = makeTemporalTimeZones();
const LONG_AGO = new Date('2000-01-01T00:00:00Z');
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: string, to: string, weekdays = ALL_DAYS): WeeklyWindow[] =>
  weekdays.map((weekday) => ({
    weekday,
    fromMinute: parseMinute(from)!,
    untilMinute: parseMinute(to)!,
  }));
const minutes = (durationMinutes: number, bufferBeforeMinutes = 0, bufferAfterMinutes = 0) => ({
  durationMinutes,
  bufferBeforeMinutes,
  bufferAfterMinutes,
});
const between = (from: string, to: string): Interval => ({ from: new Date(from), to: new Date(to) });

/** The free starts of one local day, in UTC without seconds. */
function startsOn(
  zone: string,
  day: string,
  week: readonly WeeklyWindow[],
  {
    extent = minutes(30),
    away = [] as Interval[],
    busy = [] as Interval[],
    patientBusy = [] as Interval[],
    earliest = LONG_AGO,
  } = {},
): string[] {
  const from = timeZones.startOfDay(day, zone);
  const range = {
    from,
    to: new Date(
      Math.min(plus(from, 26 * HOUR).getTime(), timeZones.startOfDay(nextDay(day), zone).getTime()),
    ),
  };
  const wide = padded(range);
  const working = workingIntervals(week, timeZones.stretches(wide.from, wide.to, zone));
  return freeStarts({ working, away, busy, patientBusy }, extent, { range, earliest }).map(({ startsAt }) =>
    startsAt.toISOString().slice('yyyy-mm-'.length, 'yyyy-mm-ddThh:mm'.length),
  );
}
const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);

describe('free starts', () => {
  it('come in steps of the duration from the start of each window, and end within it', () => {
    const week = [...hours('09:00', '10:15'), ...hours('14:10', '15:00')];
    expect(startsOn('UTC', '2026-11-23', week)).to.deep.equal(['23T09:00', '23T09:30', '23T14:10']);
  });

  it('pass over what is booked, with the buffers of both sides, and over time off', () => {
    const extent = minutes(30, 10, 5);
    // 10:00–10:30 with 10 minutes before and 5 after; half-open ranges may touch
    const busy = [between('2026-11-23T09:50:00Z', '2026-11-23T10:35:00Z')];
    expect(startsOn('UTC', '2026-11-23', hours('09:00', '12:00'), { extent, busy })).to.deep.equal([
      '23T09:00',
      '23T11:00',
      '23T11:30',
    ]);
    const away = [between('2026-11-23T09:45:00Z', '2026-11-23T11:00:00Z')];
    expect(startsOn('UTC', '2026-11-23', hours('09:00', '12:00'), { away })).to.deep.equal([
      '23T09:00',
      '23T11:00',
      '23T11:30',
    ]);
  });

  it('pass over the patient’s own appointments, which the buffers may touch and reach into', () => {
    const extent = minutes(30, 10, 5);
    const patientBusy = [between('2026-11-23T10:00:00Z', '2026-11-23T10:30:00Z')];
    expect(startsOn('UTC', '2026-11-23', hours('09:00', '12:00'), { extent, patientBusy })).to.deep.equal([
      '23T09:00',
      '23T09:30',
      '23T10:30',
      '23T11:00',
      '23T11:30',
    ]);
  });

  it('leave the notice that is asked for', () => {
    const earliest = new Date('2026-11-23T09:30:00.001Z');
    expect(startsOn('UTC', '2026-11-23', hours('09:00', '10:30'), { earliest })).to.deep.equal(['23T10:00']);
  });

  it('go through midnight only where the window does', () => {
    expect(startsOn('UTC', '2026-11-23', hours('23:00', '24:00', [1]))).to.deep.equal([
      '23T23:00',
      '23T23:30',
    ]);
    const together = [...hours('23:15', '24:00', [1]), ...hours('00:00', '00:45', [2])];
    expect(startsOn('UTC', '2026-11-23', together)).to.deep.equal(['23T23:15']);
  });

  describe('when the clocks change', () => {
    it('Berlin 2026-03-29: 01:30–03:30 is one hour', () => {
      expect(startsOn('Europe/Berlin', '2026-03-29', hours('01:30', '03:30'))).to.deep.equal([
        '29T00:30',
        '29T01:00',
      ]);
    });
    it('Berlin 2026-03-29: a window within the gap offers nothing', () => {
      expect(startsOn('Europe/Berlin', '2026-03-29', hours('02:00', '03:00'))).to.deep.equal([]);
    });
    it('Berlin 2026-10-25: 01:30–03:30 is three hours', () => {
      expect(startsOn('Europe/Berlin', '2026-10-25', hours('01:30', '03:30'))).to.deep.equal([
        '24T23:30',
        '25T00:00',
        '25T00:30',
        '25T01:00',
        '25T01:30',
        '25T02:00',
      ]);
    });
    it('Berlin 2026-10-25: both sides of 02:00–03:00 are offered', () => {
      expect(startsOn('Europe/Berlin', '2026-10-25', hours('02:00', '03:00'))).to.deep.equal([
        '25T00:00',
        '25T00:30',
        '25T01:00',
        '25T01:30',
      ]);
    });
    it('Berlin: 09:00 every week stays 09:00', () => {
      const week = hours('09:00', '09:30');
      expect(startsOn('Europe/Berlin', '2026-10-24', week)).to.deep.equal(['24T07:00']);
      expect(startsOn('Europe/Berlin', '2026-10-25', week)).to.deep.equal(['25T08:00']);
    });
    it('New York 2026-03-08 and 2026-11-01: 01:00–04:00 is two hours, and four', () => {
      expect(
        startsOn('America/New_York', '2026-03-08', hours('01:00', '04:00'), { extent: minutes(60) }),
      ).to.deep.equal(['08T06:00', '08T07:00']);
      expect(
        startsOn('America/New_York', '2026-11-01', hours('01:00', '04:00'), { extent: minutes(60) }),
      ).to.deep.equal(['01T05:00', '01T06:00', '01T07:00', '01T08:00']);
    });
    it('Lord Howe 2026-04-05: 01:30–02:30 is an hour and a half', () => {
      expect(
        startsOn('Australia/Lord_Howe', '2026-04-05', hours('01:30', '02:30'), { extent: minutes(15) }),
      ).to.deep.equal(['04T14:30', '04T14:45', '04T15:00', '04T15:15', '04T15:30', '04T15:45']);
    });
    it('Havana 2026-03-08: the day begins at 01:00', () => {
      expect(startsOn('America/Havana', '2026-03-08', hours('00:00', '02:00'))).to.deep.equal([
        '08T05:00',
        '08T05:30',
      ]);
    });
    it('Kathmandu: 09:00 is 03:15 UTC', () => {
      expect(startsOn('Asia/Kathmandu', '2026-06-01', hours('09:00', '09:30'))).to.deep.equal(['01T03:15']);
    });
    it('Apia 2011-12-30, a day that was left out, offers nothing', () => {
      const from = new Date('2011-12-29T00:00:00Z');
      const working = workingIntervals(
        hours('00:00', '24:00', [weekdayOf('2011-12-30')]),
        timeZones.stretches(from, plus(from, 3 * DAY), 'Pacific/Apia'),
      );
      expect(working).to.deep.equal([]);
    });
  });

  describe('against brute force', () => {
    /** Whether the wall clock shows a time within a window at every minute of the interval, one minute after another. */
    const worksThrough = (week: readonly WeeklyWindow[], zone: string, { from, to }: Interval): boolean => {
      for (let at = from; at < to; at = plus(at, MINUTE)) {
        const { day, minute } = timeZones.wallClockOf(at, zone);
        const weekday = weekdayOf(day);
        if (!week.some((w) => w.weekday === weekday && w.fromMinute <= minute && minute < w.untilMinute))
          return false;
      }
      return true;
    };

    it('are working minutes in every zone around every change, and no working minute is forgotten', function () {
      this.timeout(120_000);
      const zones = Intl.supportedValuesOf('timeZone');
      const range = between('2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
      let changes = 0;
      for (const [index, zone] of zones.entries())
        for (const { from: change } of timeZones.stretches(range.from, range.to, zone).slice(1)) {
          changes += 1;
          // A window across the change, one within its day, and one that ends in it: another for each zone.
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

    it('a start is offered exactly when it can be booked', () => {
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

          // Brute force: minute by minute, with nothing of the house's but the wall clock.
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

          // And a booking is decided by the same rules.
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

  it('are computed from a schedule as it is read', () => {
    const doctor = { id: 'd', timeZone: 'Europe/Berlin', isActive: true };
    const range = between('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z');
    const { working } = availabilityOf(
      {
        ...{ doctor, type: undefined as never, week: hours('09:00', '12:00', [1]) },
        ...{ away: [], busy: [], patientBusy: [] },
      },
      padded(range),
      { timeZones },
    );
    expect(working).to.deep.equal([between('2026-11-23T08:00:00Z', '2026-11-23T11:00:00Z')]);
  });
});

describe('a week', () => {
  it('has no window that ends before it begins or meets another of its day', () => {
    const fault = (week: WeeklyWindow[]): unknown => {
      try {
        parseWeek(week);
        return undefined;
      } catch (error) {
        return (error as DomainError).details['errors'];
      }
    };
    expect(fault([{ weekday: 1, fromMinute: 60, untilMinute: 60 }])).to.deep.equal([
      { pointer: '/weekly/0/to', detail: 'has to be later than from' },
    ]);
    expect(fault([...hours('09:00', '12:00', [1, 2]), ...hours('11:59', '13:00', [2])])).to.deep.equal([
      { pointer: '/weekly/2', detail: 'overlaps another window of the same day' },
    ]);
    expect(fault([...hours('09:00', '12:00', [1]), ...hours('12:00', '13:00', [1])])).to.equal(undefined);
  });
});
