import { expect } from 'chai';
import fc from 'fast-check';
import { addDays, formatMinute, parseMinute, weekdayOf } from '../../src/kernel/time-zones.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { isTimeZone } from '../../src/platform/time/zone-names.js';

const zones = makeTemporalTimeZones();
const at = (day: string, time: string) => ({ day, minute: parseMinute(time)! });
const iso = (instant: Date) => instant.toISOString();

const HOUR_MS = 3_600_000;
const ALL = Intl.supportedValuesOf('timeZone');

describe('time zones by Temporal', () => {
  describe('resolve a local time', () => {
    const exact: readonly [string, string, string, string][] = [
      ['Europe/Berlin', '2026-03-28', '09:00', '2026-03-28T08:00:00.000Z'],
      ['Europe/Berlin', '2026-03-29', '09:00', '2026-03-29T07:00:00.000Z'],
      ['Asia/Kathmandu', '2026-06-01', '09:00', '2026-06-01T03:15:00.000Z'],
      ['UTC', '2026-06-01', '24:00', '2026-06-02T00:00:00.000Z'],
    ];
    for (const [zone, day, time, instant] of exact)
      it(`${day} ${time} in ${zone} is ${instant}`, () => {
        const resolved = zones.resolve(at(day, time), zone);
        expect(resolved).to.deep.equal({ kind: 'exact', instant: new Date(instant) });
      });

    const gaps: readonly [string, string, string, string][] = [
      ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00:00.000Z'],
      ['America/New_York', '2026-03-08', '02:00', '2026-03-08T07:00:00.000Z'],
      ['America/Havana', '2026-03-08', '00:00', '2026-03-08T05:00:00.000Z'],
      ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00.000Z'],
    ];
    for (const [zone, day, time, jump] of gaps)
      it(`${day} ${time} in ${zone} does not exist: the clocks change at ${jump}`, () => {
        expect(zones.resolve(at(day, time), zone)).to.deep.equal({ kind: 'gap', jump: new Date(jump) });
      });

    const folds: readonly [string, string, string, string, string][] = [
      ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
      ['America/New_York', '2026-11-01', '01:00', '2026-11-01T05:00:00.000Z', '2026-11-01T06:00:00.000Z'],
      ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z'],
    ];
    for (const [zone, day, time, earlier, later] of folds)
      it(`${day} ${time} in ${zone} exists twice`, () => {
        expect(zones.resolve(at(day, time), zone)).to.deep.equal({
          kind: 'fold',
          earlier: new Date(earlier),
          later: new Date(later),
        });
      });
  });

  it('finds the first instant of a day, also where midnight or the whole day is skipped', () => {
    expect(iso(zones.startOfDay('2026-03-08', 'America/Havana'))).to.equal('2026-03-08T05:00:00.000Z');
    expect(iso(zones.startOfDay('2026-03-29', 'Europe/Berlin'))).to.equal('2026-03-28T23:00:00.000Z');
    expect(iso(zones.startOfDay('2011-12-30', 'Pacific/Apia'))).to.equal('2011-12-30T10:00:00.000Z');
    const lengths = ['2026-03-29', '2026-10-25', '2026-06-01'].map(
      (day) =>
        (zones.startOfDay(addDays(day, 1), 'Europe/Berlin').getTime() -
          zones.startOfDay(day, 'Europe/Berlin').getTime()) /
        HOUR_MS,
    );
    expect(lengths).to.deep.equal([23, 25, 24]);
  });

  it('rejects invalid days and unknown zones', () => {
    for (const day of ['2026-13-01', '2026-02-30', '20260101', ''])
      expect(() => zones.startOfDay(day, 'UTC'), day).to.throw();
    expect(() => zones.dayOf(new Date(), 'Mars/Olympus')).to.throw();
  });

  it('splits a range only at clock changes', () => {
    const range = [new Date('2026-03-01T00:00:00Z'), new Date('2026-11-30T00:00:00Z')] as const;
    expect(zones.stretches(...range, 'Europe/Berlin')).to.deep.equal([
      { from: range[0], to: new Date('2026-03-29T01:00:00Z'), offsetMs: HOUR_MS },
      { from: new Date('2026-03-29T01:00:00Z'), to: new Date('2026-10-25T01:00:00Z'), offsetMs: 2 * HOUR_MS },
      { from: new Date('2026-10-25T01:00:00Z'), to: range[1], offsetMs: HOUR_MS },
    ]);
    expect(zones.stretches(...range, 'Asia/Kathmandu')).to.have.length(1);
    expect(zones.stretches(range[0], range[0], 'UTC')).to.deep.equal([]);
  });

  it('accepts zone names but no offsets', () => {
    for (const name of ['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])
      expect(isTimeZone(name), name).to.equal(true);
    for (const name of ['+03:00', 'FOO+3', 'Europe/Nowhere', '', 'Europe/Berlin ', "'; DROP"])
      expect(isTimeZone(name), name).to.equal(false);
  });

  it('agrees with itself and with Intl in every zone around each clock change', () => {
    const from = new Date('2024-01-01T00:00:00Z');
    const to = new Date('2028-01-01T00:00:00Z');
    let changes = 0;
    for (const zone of ALL) {
      const format = new Intl.DateTimeFormat('en-CA', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
        hourCycle: 'h23',
      });
      for (const { from: change } of zones.stretches(from, to, zone).slice(1)) {
        changes += 1;
        for (const minutes of [-61, -30, -1, 0, 1, 30, 61]) {
          const instant = new Date(change.getTime() + minutes * 60_000);
          const shown = zones.wallClockOf(instant, zone);
          expect(`${shown.day}, ${formatMinute(shown.minute)}`, zone).to.equal(format.format(instant));
          expect(zones.dayOf(instant, zone)).to.equal(shown.day);
          const resolved = zones.resolve(shown, zone);
          const found =
            resolved.kind === 'exact'
              ? [resolved.instant]
              : resolved.kind === 'fold'
                ? [resolved.earlier, resolved.later]
                : [];
          expect(found.map(Number), `${zone} ${iso(instant)}`).to.include(instant.getTime());
        }
      }
    }
    expect(changes).to.be.greaterThan(500);
  });
});

describe('calendar arithmetic', () => {
  it('computes weekdays', () => {
    expect(['1970-01-01', '2026-11-22', '2026-11-23', '1969-12-28'].map(weekdayOf)).to.deep.equal([
      4, 7, 1, 7,
    ]);
  });
  it('adds days by the calendar', () => {
    expect(addDays('2024-02-28', 1)).to.equal('2024-02-29');
    expect(addDays('2026-01-01', -1)).to.equal('2025-12-31');
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 40_000 }), (days) => {
        const day = addDays('2026-01-05', days);
        expect(weekdayOf(day)).to.equal((((days % 7) + 7) % 7) + 1);
        expect(addDays(day, -days)).to.equal('2026-01-05');
      }),
    );
  });
  it('reads and writes times of day up to 24:00', () => {
    for (const text of ['00:00', '09:05', '23:59', '24:00'])
      expect(formatMinute(parseMinute(text)!)).to.equal(text);
    for (const text of ['24:01', '9:00', '09:60', '25:00', '09:00:00', 'x'])
      expect(parseMinute(text), text).to.equal(undefined);
  });
});
