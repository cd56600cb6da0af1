import { expect } from 'chai';
import { DAY, HOUR, plus } from '../../src/kernel/clock.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';

describe('days in a time zone', () => {
  const zones = makeTemporalTimeZones();
  const dayOf = (instant: Date, zone: string) => zones.dayOf(instant, zone);
  const startOfDay = (day: string, zone: string) => zones.startOfDay(day, zone);

  const starts: [string, string, string, string][] = [
    ['a day of 23 hours begins', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['the day after it', 'Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['a day of 25 hours begins', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['the day after it', 'Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00.000Z'],
    ['no clock changes in', 'UTC', '2026-03-29', '2026-03-29T00:00:00.000Z'],
    ['there is no midnight in', 'America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['three quarters of an hour off', 'Asia/Kathmandu', '2026-06-01', '2026-05-31T18:15:00.000Z'],
    ['half an hour of daylight saving', 'Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00.000Z'],
    ['the far east', 'Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z'],
    ['the far west', 'Pacific/Pago_Pago', '2026-01-01', '2026-01-01T11:00:00.000Z'],
    ['a day that was left out', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
  ];
  for (const [what, zone, day, start] of starts)
    it(`${what}: ${zone}, ${day}`, () => {
      expect(startOfDay(day, zone).toISOString()).to.equal(start);
    });

  it('begin where the previous day ends', () => {
    for (const zone of ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu'])
      for (let n = 0; n < 366; n += 1) {
        const day = plus(new Date('2026-01-01T00:00:00.000Z'), n * DAY)
          .toISOString()
          .slice(0, 10);
        const start = startOfDay(day, zone);
        expect(dayOf(start, zone)).to.equal(day);
        expect(dayOf(plus(start, -1), zone) < day).to.equal(true);
      }
  });

  it('have 23, 24 or 25 hours as the clocks change', () => {
    const hours = (day: string, next: string) =>
      (startOfDay(next, 'Europe/Berlin').getTime() - startOfDay(day, 'Europe/Berlin').getTime()) / HOUR;
    expect([
      hours('2026-03-29', '2026-03-30'),
      hours('2026-10-25', '2026-10-26'),
      hours('2026-06-01', '2026-06-02'),
    ]).to.deep.equal([23, 25, 24]);
  });

  it('are formatted as yyyy-mm-dd', () => {
    for (const text of ['2026-1-1', '2026-13-01', 'tomorrow', ''])
      expect(() => startOfDay(text, 'UTC')).to.throw();
  });
});
