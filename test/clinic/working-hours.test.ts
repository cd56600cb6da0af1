import { expect } from 'chai';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import type { WeeklyWindow } from '../../src/clinic/application/ports.js';
import { parseWeek, workingIntervals } from '../../src/clinic/domain/working-hours.js';
import { pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { type Clinic, monday, openClinic, UNKNOWN_ID } from './world.js';

describe('working hours', () => {
  let clinic: Clinic;
  beforeEach(async () => {
    clinic = await openClinic();
  });
  const window = (weekday: number, fromMinute: number, untilMinute: number): WeeklyWindow => ({
    weekday,
    fromMinute,
    untilMinute,
  });

  it('have a version that is independent of the version of the doctor', async () => {
    const { doctorId } = clinic;
    const set = (week: readonly WeeklyWindow[], expectedVersion: number | null, id = doctorId) =>
      clinic.setWorkingHours({ doctorId: id, week, expectedVersion });
    await clinic.changeDoctor({ doctorId, changes: { specialty: 'x' }, expectedVersion: null });
    const { version } = await clinic.viewWorkingHours({ doctorId });
    expect(version).to.equal(2);
    const doctor = await clinic.viewDoctor({ isStaff: true, doctorId });
    const week = [window(1, 600, 660), window(1, 540, 600)];
    const changed = await set(week, version);
    expect(changed).to.deep.equal({ week: [...week].reverse(), version: 3 });
    expect(await clinic.viewWorkingHours({ doctorId })).to.deep.equal(changed);
    expect((await clinic.viewDoctor({ isStaff: true, doctorId })).version).to.equal(doctor.version);
    await clinic.refuses(() => set([], version), 'version-mismatch');
    await clinic.refuses(() => set([window(1, 600, 540)], null), 'validation');
    await clinic.refuses(() => set([], null, UNKNOWN_ID), 'not-found');
    await clinic.refuses(() => clinic.viewWorkingHours({ doctorId: UNKNOWN_ID }), 'not-found');
  });

  it('are sorted by weekday and time', () => {
    const week = [window(2, 540, 600), window(1, 840, 900), window(1, 540, 600)];
    expect(parseWeek(week)).to.deep.equal([week[2], week[1], week[0]]);
    expect(week[0], 'the given list is unchanged').to.deep.equal(window(2, 540, 600));
  });

  it('have at most 100 windows, and every invalid window is reported', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => window(1, index, index + 1));
    expect(parseWeek(many(100))).to.have.length(100);
    expect(pointersOf(thrown(() => parseWeek(many(101))))).to.deep.equal(['/weekly']);
    const faulty = [window(1, 0, 60), window(1, 60, 30), window(1, 30, 90), window(2, 30, 90)];
    expect(pointersOf(thrown(() => parseWeek(faulty)))).to.deep.equal(['/weekly/1/to', '/weekly/2']);
  });

  it('must not have overlapping windows on one weekday', () => {
    const first = window(3, 60, 120);
    for (const second of [window(3, 30, 61), window(3, 119, 130), window(3, 70, 80), window(3, 0, 200)])
      expect(pointersOf(thrown(() => parseWeek([first, second])))).to.deep.equal(['/weekly/1']);
    parseWeek([first, window(3, 0, 60), window(3, 120, 130), window(4, 60, 120)]);
  });

  it('are cut to the requested range, and adjacent windows are not merged', () => {
    const stretch = { from: monday('09:30'), to: plus(monday('09:30'), DAY), offsetMs: 0 };
    expect(
      workingIntervals(
        [window(1, 540, 600), window(1, 600, 660), window(2, 0, 60), window(2, 540, 720), window(7, 0, 1440)],
        [stretch],
      ),
    ).to.deep.equal([
      { from: monday('09:30'), to: monday('10:00') },
      { from: monday('10:00'), to: monday('11:00') },
      { from: plus(monday('00:00'), DAY), to: plus(monday('01:00'), DAY) },
      { from: plus(monday('09:00'), DAY), to: plus(monday('09:30'), DAY) },
    ]);
    expect(
      workingIntervals([window(1, 540, 570)], [stretch]),
      'it ends where the range begins',
    ).to.deep.equal([]);
  });

  it('become intervals in order of time, in whichever order the windows are given', () => {
    const stretch = { from: monday('00:00'), to: plus(monday('00:00'), DAY), offsetMs: 0 };
    expect(workingIntervals([window(1, 600, 660), window(1, 0, 60)], [stretch])).to.deep.equal([
      { from: monday('00:00'), to: monday('01:00') },
      { from: monday('10:00'), to: monday('11:00') },
    ]);
  });

  it('use the weekday of the local date, not of the UTC date', () => {
    const newYork = { from: monday('00:00'), to: monday('10:00'), offsetMs: -5 * HOUR };
    expect(workingIntervals([window(7, 18 * 60, 22 * 60)], [newYork])).to.deep.equal([
      { from: monday('00:00'), to: monday('03:00') },
    ]);
  });

  it('skip the hour when clocks go forward, and repeat it when clocks go back', () => {
    const change = monday('01:00');
    const stretches = (before: number, after: number) => [
      { from: plus(change, -12 * HOUR), to: change, offsetMs: before * HOUR },
      { from: change, to: plus(change, 12 * HOUR), offsetMs: after * HOUR },
    ];
    const week = [window(1, 90, 150)];
    expect(workingIntervals([window(1, 90, 210)], stretches(1, 2)), 'one hour').to.deep.equal([
      { from: monday('00:30'), to: monday('01:30') },
    ]);
    expect(workingIntervals(week, stretches(2, 1)), 'an hour, and the half that comes twice').to.deep.equal([
      { from: plus(monday('00:00'), -30 * MINUTE), to: monday('00:30') },
      { from: monday('01:00'), to: monday('01:30') },
    ]);
  });

  it('use the correct weekday before 1970 too', () => {
    const from = new Date('1969-12-31T12:00:00.000Z');
    const stretch = { from, to: plus(from, DAY), offsetMs: 0 };
    expect(workingIntervals([window(3, 780, 840)], [stretch])).to.deep.equal([
      { from: new Date('1969-12-31T13:00:00.000Z'), to: new Date('1969-12-31T14:00:00.000Z') },
    ]);
  });
});
