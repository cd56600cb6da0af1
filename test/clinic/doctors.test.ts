import { expect } from 'chai';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import type { WeeklyWindow } from '../../src/clinic/application/ports.js';
import {
  type AppointmentType,
  changeAppointmentType,
  newAppointmentType,
  restoreAppointmentType,
  retireAppointmentType,
  TYPE_RANGES,
  type TypeDetails,
} from '../../src/clinic/domain/appointment-type.js';
import { changeDoctor, restoreDoctor } from '../../src/clinic/domain/doctor.js';
import { restoreTimeOff } from '../../src/clinic/domain/time-off.js';
import { parseWeek, workingIntervals } from '../../src/clinic/domain/working-hours.js';
import { aDoctor, aType } from '../support/builders/clinic.js';
import { pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { type Clinic, eur, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const page = { limit: 10 };
const NOW = monday('08:00');

describe('a doctor', () => {
  let clinic: Clinic;
  let doctorId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    ({ doctorId } = clinic);
  });
  const change = (changes: Parameters<Clinic['changeDoctor']>[0]['changes'], expectedVersion?: number) =>
    clinic.changeDoctor({ doctorId, changes, expectedVersion });

  it('is created active, with trimmed texts', async () => {
    const details = {
      name: 'Dr. Jana Roth',
      email: 'roth@praxis.test',
      specialty: 'Dermatology',
      timeZone: 'Europe/Berlin',
      userId: OTHER.userId,
    };
    const made = await clinic.addDoctor({ ...details, name: ' Dr. Jana Roth ', specialty: ' Dermatology ' });
    const now = clinic.clock.now();
    expect(made).to.deep.equal({
      id: made.id,
      ...details,
      isActive: true,
      hoursVersion: 1,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    expect(made).to.satisfy(Object.isFrozen);
    expect(await clinic.viewDoctor({ isStaff: false, doctorId: made.id })).to.deep.equal(made);
  });

  it('has a name and optionally a specialty of one line each, and a user account of no other doctor', async () => {
    for (const [details, pointer] of [
      [{ name: ' ' }, '/name'],
      [{ specialty: '' }, '/specialty'],
      [{ specialty: 'a\nb' }, '/specialty'],
      [{ userId: UNKNOWN_ID }, '/userId'],
    ] as const) {
      const error = await clinic.refuses(async () => clinic.doctor(details), 'validation');
      expect(pointersOf(error)).to.deep.equal([pointer]);
      expect(pointersOf(await clinic.refuses(() => change(details), 'validation'))).to.deep.equal([pointer]);
    }
    await clinic.doctor({ userId: OTHER.userId });
    await clinic.refuses(() => clinic.doctor({ userId: OTHER.userId }), 'doctor-account-taken');
    await clinic.refuses(() => change({ userId: OTHER.userId }), 'doctor-account-taken');
  });

  it('changes the given fields and checks the expected version', async () => {
    const before = await clinic.viewDoctor({ isStaff: true, doctorId });
    clinic.clock.advance(DAY);
    expect(await change({ specialty: ' Dermatology ' }, before.version)).to.deep.equal({
      ...before,
      specialty: 'Dermatology',
      updatedAt: clinic.clock.now(),
      version: before.version + 1,
    });
    await clinic.refuses(() => change({}, before.version), 'version-mismatch');
    await clinic.refuses(
      () => clinic.changeDoctor({ doctorId: UNKNOWN_ID, changes: {}, expectedVersion: null }),
      'not-found',
    );
  });

  it('that is inactive is visible to staff only', async () => {
    const list = async (isStaff: boolean) =>
      (await clinic.listDoctors({ isStaff, page })).items.map(({ id }) => id);
    expect(await list(false)).to.deep.equal([doctorId]);
    await change({ isActive: false });
    expect(await list(false)).to.deep.equal([]);
    expect(await list(true)).to.deep.equal([doctorId]);
    await clinic.refuses(() => clinic.viewDoctor({ isStaff: false, doctorId }), 'not-found');
    expect((await clinic.viewDoctor({ isStaff: true, doctorId })).isActive).to.equal(false);
    await clinic.refuses(() => clinic.viewDoctor({ isStaff: true, doctorId: UNKNOWN_ID }), 'not-found');
  });

  it('is deleted only if there never was an appointment', async () => {
    const remove = (id: string, expectedVersion?: number) =>
      clinic.removeDoctor({ doctorId: id, expectedVersion });
    const unused = await clinic.doctor();
    await clinic.refuses(() => remove(unused, 9), 'version-mismatch');
    await remove(unused, 1);
    await clinic.refuses(() => remove(unused), 'not-found');
    await clinic.cancel((await clinic.book()).id);
    await clinic.refuses(() => remove(doctorId), 'doctor-has-appointments');
  });

  it('is not restored from contradictory values, and never moves updatedAt back', () => {
    const sound = aDoctor({ specialty: 'Dermatology' });
    for (const changes of [
      { name: '' },
      { specialty: '' },
      { hoursVersion: 0 },
      { version: 0 },
      { updatedAt: plus(sound.createdAt, -1) },
    ])
      expect(() => restoreDoctor({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt doctor ${sound.id}`,
      );
    const slow = plus(sound.createdAt, -1);
    expect(changeDoctor(sound, {}, slow).updatedAt).to.deep.equal(sound.updatedAt);
  });
});

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

describe('time off', () => {
  let clinic: Clinic;
  let doctorId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    ({ doctorId } = clinic);
  });
  const add = (from: string, to: string, changes: Partial<Parameters<Clinic['addTimeOff']>[0]> = {}) =>
    clinic.addTimeOff({
      caller: STAFF,
      doctorId,
      startsAt: monday(from),
      endsAt: monday(to),
      note: null,
      ...changes,
    });

  it('returns the appointments it overlaps, buffers included, and logs the access to each patient', async () => {
    const appointmentTypeId = await clinic.type({ bufferAfterMinutes: 10 });
    const before = await clinic.book({ appointmentTypeId });
    const met = await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
    const called = await clinic.book({ startsAt: monday('10:30') });
    await clinic.cancel(called.id);
    await clinic.book({ startsAt: monday('11:00') });
    const { timeOff, affected } = await add('09:35', '11:00', { note: ' a congress ' });
    expect(affected.map(({ id }) => id)).to.deep.equal([before.id, met.id]);
    expect(timeOff).to.deep.equal({
      id: timeOff.id,
      doctorId,
      startsAt: monday('09:35'),
      endsAt: monday('11:00'),
      note: 'a congress',
      createdAt: clinic.clock.now(),
    });
    for (const { patient } of [before, met])
      expect(clinic.accesses(patient.id)).to.deep.equal([
        [STAFF.userId, 'list-affected-appointments', `/v1/doctors/${doctorId}/time-off`],
      ]);
    expect(clinic.stored(met.id).status, 'it stays until staff move it').to.equal('booked');
  });

  it('is listed by start, and deleted under its own doctor only', async () => {
    const { timeOff: second } = await add('11:00', '12:00');
    const { timeOff: first } = await add('09:00', '10:00');
    const other = await clinic.doctor();
    await add('09:00', '10:00', { doctorId: other });
    const list = async () => (await clinic.listTimeOff({ doctorId, page })).items.map(({ id }) => id);
    expect(await list()).to.deep.equal([first.id, second.id]);
    const remove = (timeOffId: string, of = doctorId) => clinic.removeTimeOff({ doctorId: of, timeOffId });
    await clinic.refuses(() => remove(first.id, other), 'not-found');
    await remove(first.id);
    await clinic.refuses(() => remove(first.id), 'not-found');
    expect(await list()).to.deep.equal([second.id]);
    await clinic.book();
    await clinic.refuses(() => clinic.listTimeOff({ doctorId: UNKNOWN_ID, page }), 'not-found');
  });

  it('ends after it starts, is of a known doctor, and has a note of at most 2000 characters', async () => {
    const ends = await clinic.refuses(() => add('09:00', '09:00'), 'validation');
    expect(pointersOf(ends)).to.deep.equal(['/endsAt']);
    const long = await clinic.refuses(() => add('09:00', '10:00', { note: 'x'.repeat(2001) }), 'validation');
    expect(pointersOf(long)).to.deep.equal(['/note']);
    await clinic.refuses(() => add('09:00', '10:00', { doctorId: UNKNOWN_ID }), 'not-found');
    const { timeOff } = await add('09:00', '10:00');
    for (const changes of [{ endsAt: timeOff.startsAt }, { note: '' }])
      expect(() => restoreTimeOff({ ...timeOff, ...changes })).to.throw(`corrupt time off ${timeOff.id}`);
    expect(timeOff).to.satisfy(Object.isFrozen);
  });
});

describe('an appointment type', () => {
  const DETAILS: TypeDetails = {
    name: 'Consultation',
    durationMinutes: 30,
    bufferBeforeMinutes: 5,
    bufferAfterMinutes: 10,
    minNoticeMinutes: 60,
    cancelNoticeMinutes: 120,
    maxReschedules: 2,
    price: eur(4500),
    needsApproval: true,
  };
  const made = (changes: Partial<TypeDetails> = {}): AppointmentType =>
    newAppointmentType('t', { ...DETAILS, ...changes }, 'EUR', NOW);

  it('has a trimmed name, durations, limits and an optional price', () => {
    expect(made({ name: ' Consultation ' })).to.deep.equal({
      id: 't',
      ...DETAILS,
      retiredAt: null,
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    });
    expect(made()).to.satisfy(Object.isFrozen);
    expect(made({ price: null }).price).to.equal(null);
    expect(made({ price: eur(0) }).price).to.deep.equal(eur(0));
  });

  it('accepts whole numbers within the range of each field only', () => {
    expect(TYPE_RANGES).to.deep.equal({
      durationMinutes: [1, 1440],
      bufferBeforeMinutes: [0, 1440],
      bufferAfterMinutes: [0, 1440],
      minNoticeMinutes: [0, 366 * 1440],
      cancelNoticeMinutes: [0, 366 * 1440],
      maxReschedules: [0, 1000],
    });
    for (const [field, [least, most]] of Object.entries(TYPE_RANGES)) {
      made({ [field]: least });
      made({ [field]: most });
      for (const value of [least - 1, most + 1, least + 0.5])
        expect(pointersOf(thrown(() => made({ [field]: value }))), `${field} ${value}`).to.deep.equal([
          `/${field}`,
        ]);
    }
  });

  it('reports every invalid field, and refuses a currency other than that of the practice', () => {
    const error = thrown(() => made({ durationMinutes: 0, maxReschedules: -1, price: eur(-1) }));
    expect(pointersOf(error)).to.deep.equal(['/durationMinutes', '/maxReschedules', '/price/amount']);
    expect(pointersOf(thrown(() => made({ price: eur(0.5) })))).to.deep.equal(['/price/amount']);
    expect(pointersOf(thrown(() => made({ name: ' ' })))).to.deep.equal(['/name']);
    const foreign = thrown(() => made({ price: { amount: 1, currency: 'USD' } }));
    expect(foreign).to.include({ kind: 'invalid', code: 'currency-mismatch' });
    expect(foreign.details).to.deep.equal({ currency: 'EUR' });
  });

  it('changes the given fields, can be retired, and never moves updatedAt back', () => {
    const before = made();
    const later = plus(NOW, 1);
    const changed = changeAppointmentType(before, { price: null, name: ' Talk ' }, 'EUR', later);
    expect(changed).to.deep.equal({ ...before, price: null, name: 'Talk', updatedAt: later });
    expect(changeAppointmentType(changed, {}, 'EUR', NOW).updatedAt).to.deep.equal(later);
    expect(retireAppointmentType(before, later)).to.deep.equal({
      ...before,
      retiredAt: later,
      updatedAt: later,
    });
  });

  it('is not restored from contradictory values', () => {
    const sound = aType();
    for (const changes of [
      { name: '' },
      { durationMinutes: 0 },
      { price: eur(-1) },
      { version: 0 },
      { updatedAt: plus(sound.createdAt, -1) },
    ])
      expect(() => restoreAppointmentType({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt appointment type ${sound.id}`,
      );
  });

  describe('in the use cases', () => {
    let clinic: Clinic;
    let typeId: string;
    beforeEach(async () => {
      clinic = await openClinic();
      ({ typeId } = clinic);
    });
    const change = (changes: Partial<TypeDetails>, expectedVersion: number | null = null) =>
      clinic.changeAppointmentType({ typeId, changes, expectedVersion });
    const remove = (expectedVersion: number | null = null) =>
      clinic.removeAppointmentType({ typeId, expectedVersion });
    const list = async () => (await clinic.listAppointmentTypes({ page })).items.map(({ id }) => id);

    it('applies changed durations and prices to later bookings only', async () => {
      const booked = await clinic.book();
      const changed = await change({ durationMinutes: 60, price: eur(1), name: 'Talk' }, 1);
      expect(changed).to.deep.include({ durationMinutes: 60, price: eur(1), version: 2 });
      expect(await clinic.viewAppointmentType({ typeId })).to.deep.equal(changed);
      const { id: appointmentId } = booked;
      expect(await clinic.viewAppointment({ caller: STAFF, appointmentId })).to.deep.equal({
        ...booked,
        appointmentType: { id: typeId, name: 'Talk' },
      });
      await clinic.refuses(() => change({}, 1), 'version-mismatch');
      await clinic.refuses(() => change({ durationMinutes: 0 }), 'validation');
      await clinic.refuses(() => change({ price: { amount: 1, currency: 'USD' } }), 'currency-mismatch');
      await clinic.refuses(
        async () => clinic.type({ price: { amount: 1, currency: 'USD' } }),
        'currency-mismatch',
      );
    });

    it('is deleted if it was never booked', async () => {
      await clinic.refuses(() => remove(2), 'version-mismatch');
      await remove(1);
      expect(clinic.rows.types.all()).to.deep.equal([]);
      await clinic.refuses(() => clinic.viewAppointmentType({ typeId }), 'not-found');
      await clinic.refuses(() => remove(), 'not-found');
    });

    it('is retired if it was booked, and is then not found any more', async () => {
      await clinic.book();
      const other = await clinic.type({ name: 'Check-up' });
      expect(await list()).to.deep.equal([other, typeId]);
      await remove();
      expect(clinic.rows.types.get(typeId)).to.deep.include({ retiredAt: clinic.clock.now(), version: 2 });
      expect(await list()).to.deep.equal([other]);
      for (const gone of [() => clinic.viewAppointmentType({ typeId }), () => change({}), () => remove()])
        await clinic.refuses(gone, 'not-found');
    });
  });
});
