import { expect } from 'chai';
import { DAY, HOUR, plus } from '../../src/kernel/clock.js';
import { parseMinute, weekdayOf } from '../../src/kernel/time-zones.js';
import { availabilityOf, padded } from '../../src/clinic/application/timetable.js';
import type { Interval } from '../../src/clinic/domain/interval.js';
import { freeStarts } from '../../src/clinic/domain/slots.js';
import { parseWeek, type WeeklyWindow, workingIntervals } from '../../src/clinic/domain/working-hours.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import type { DomainError } from '../../src/kernel/errors.js';

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
  it('follow each other at intervals of the duration, and the appointment ends within the window', () => {
    const week = [...hours('09:00', '10:15'), ...hours('14:10', '15:00')];
    expect(startsOn('UTC', '2026-11-23', week)).to.deep.equal(['23T09:00', '23T09:30', '23T14:10']);
  });

  it('exclude booked times with the buffers of both appointments, and time off', () => {
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

  it('exclude the times of the patient’s own appointments, but not the buffers beside them', () => {
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

  it('exclude starts before the earliest allowed start', () => {
    const earliest = new Date('2026-11-23T09:30:00.001Z');
    expect(startsOn('UTC', '2026-11-23', hours('09:00', '10:30'), { earliest })).to.deep.equal(['23T10:00']);
  });

  it('do not span midnight, even between adjacent windows', () => {
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

  it('are computed from the schedule as the query returns it', () => {
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
  it('has no window that ends before it starts or overlaps another window of its day', () => {
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
