import { expect } from 'chai';
import { DAY, MINUTE, plus } from '../../src/kernel/clock.js';
import type { AppointmentView } from '../../src/clinic/application/ports.js';
import { restoreAppointment } from '../../src/clinic/domain/appointment.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { type Clinic, eur, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const REMINDED = new Date('2026-11-22T09:00:00.000Z');
const LONG = 'x'.repeat(2001);
const starts = (slots: readonly Readonly<{ startsAt: Date }>[]): string[] =>
  slots.map(({ startsAt }) => startsAt.toISOString().slice('yyyy-mm-'.length, 'yyyy-mm-ddThh:mm'.length));
const alternatives = (times: readonly string[]) =>
  times.map((time) => ({
    startsAt: monday(time).toISOString(),
    endsAt: plus(monday(time), 30 * MINUTE).toISOString(),
  }));

describe('a booking', () => {
  let clinic: Clinic;
  let doctorId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    ({ doctorId } = clinic);
  });

  it('returns the appointment as a later read returns it', async () => {
    const appointmentTypeId = await clinic.type({ price: eur(4500), name: 'Check-up' });
    const booked = await clinic.book({ appointmentTypeId, reason: ' a cough ' });
    expect(booked).to.deep.equal(await clinic.viewAppointment({ caller: MEMBER, appointmentId: booked.id }));
    expect(booked).to.deep.include({
      doctor: { id: doctorId, name: 'Dr. Ida Falk' },
      patientUserId: MEMBER.userId,
      appointmentType: { id: appointmentTypeId, name: 'Check-up' },
      startsAt: monday('09:00'),
      endsAt: monday('09:30'),
      timeZone: 'UTC',
      status: 'booked',
      reason: 'a cough',
      price: eur(4500),
      paymentStatus: 'unpaid',
    });
  });

  it('writes a history entry, a mail and a reminder for the day before', async () => {
    const { id } = await clinic.book();
    expect(clinic.historyOf(id)).to.deep.equal([[null, 'booked', MEMBER.userId]]);
    expect(clinic.mails(id)).to.deep.equal([['booked'], ['reminder', REMINDED]]);
    expect(clinic.jobs().map(({ kind, payload, dedupeKey }) => ({ kind, payload, dedupeKey }))).to.deep.equal(
      ['booked', 'reminder'].map((mail) => ({
        kind: 'clinic.appointment-mail',
        payload: { appointmentId: id, revision: 1, mail },
        dedupeKey: `clinic.appointment-mail:${id}:${mail}:1`,
      })),
    );
  });

  it('enqueues a reminder only if it starts more than a day later', async () => {
    clinic.goTo(plus(REMINDED, -1));
    expect(clinic.mails((await clinic.book()).id)).to.deep.equal([['booked'], ['reminder', REMINDED]]);
    clinic.goTo(plus(monday('09:30'), -DAY));
    const { id } = await clinic.book({ caller: OTHER, startsAt: monday('09:30') });
    expect(clinic.mails(id)).to.deep.equal([['booked']]);
  });

  it('of a type that needs approval is requested, without a reminder', async () => {
    const { id, status } = await clinic.book({
      appointmentTypeId: await clinic.type({ needsApproval: true }),
    });
    expect(status).to.equal('requested');
    expect(clinic.mails(id)).to.deep.equal([['requested']]);
    expect(clinic.historyOf(id)).to.deep.equal([[null, 'requested', MEMBER.userId]]);
  });

  it('creates the patient file of a member with name and address at the first booking', async () => {
    const [first, second] = await Promise.all([clinic.book(), clinic.book({ startsAt: monday('10:00') })]);
    expect(clinic.rows.patients.all()).to.have.length(1);
    expect(second.patient).to.deep.equal({ id: first.patient.id, name: 'Mara Member' });
    const file = await clinic.viewOwnFile({ caller: MEMBER });
    expect(file).to.deep.include({
      id: first.patient.id,
      userId: MEMBER.userId,
      name: 'Mara Member',
      email: 'mara@praxis.test',
      phone: null,
      birthDate: null,
    });
  });

  it('is refused for a member who may not sign in any more', async () => {
    clinic.rows.users.delete(MEMBER.userId);
    await clinic.refuses(() => clinic.book(), 'not-found');
  });

  /** MEMBER books during a concurrent change. */
  const withConcurrentChange = (change: Parameters<Clinic['withConcurrentChange']>[0]) => () =>
    clinic.using({ clinicUnitOfWork: clinic.withConcurrentChange(change) }).bookAppointment({
      caller: MEMBER,
      doctorId,
      appointmentTypeId: clinic.typeId,
      startsAt: monday('09:00'),
      reason: null,
      overrideHours: false,
    });

  it('fails when a concurrent request created the patient file and the file was anonymised since', async () => {
    await clinic.refuses(
      withConcurrentChange(({ diary }) => ({
        diary: {
          lockAndRead: async (request) => ({ ...(await diary.lockAndRead(request)), patient: undefined }),
        },
      })),
      'not-found',
    );
  });

  it('checks the appointments of a patient file that a concurrent request created', async () => {
    await clinic.refuses(
      withConcurrentChange(({ diary }) => ({
        diary: {
          async lockAndRead(request) {
            const { doctors, patient, schedule } = await diary.lockAndRead(request);
            const patientBusy = [{ from: monday('09:00'), to: monday('09:30') }];
            const isKnown = patient !== undefined && schedule !== undefined;
            return { doctors, patient, schedule: isKnown ? { ...schedule, patientBusy } : schedule };
          },
        },
      })),
      'patient-busy',
    );
  });

  it('counts the appointments of the patient only if there is a limit', async () => {
    const counted: boolean[] = [];
    const clinicUnitOfWork = clinic.withConcurrentChange(({ diary }) => ({
      diary: {
        lockAndRead(request) {
          counted.push(request.bookings !== undefined);
          return diary.lockAndRead(request);
        },
      },
    }));
    await clinic.book({ startsAt: monday('11:00') });
    const limits = { openAppointments: null, bookingsPerHour: null };
    const command = {
      caller: MEMBER,
      doctorId,
      appointmentTypeId: clinic.typeId,
      reason: null,
      overrideHours: false,
    };
    for (const [time, bookingLimits] of [
      ['09:00', limits],
      ['09:30', { ...limits, openAppointments: 5 }],
      ['10:00', { ...limits, bookingsPerHour: 5 }],
    ] as const) {
      const { bookAppointment } = clinic.using({ clinicUnitOfWork, bookingLimits });
      await bookAppointment({ ...command, startsAt: monday(time) });
    }
    expect(counted).to.deep.equal([false, true, true]);
  });

  it('reads name and address of the member only without a patient file', async () => {
    const { patient } = await clinic.book({ startsAt: monday('10:00') });
    const book = withConcurrentChange(() => ({
      clinicMembers: { find: () => Promise.reject(new Error('the member was asked for')) },
    }));
    expect((await book()).patient).to.deep.equal(patient);
  });

  it('by staff is for a patient or for the caller, and logged as an access', async () => {
    const { id: patientId } = await clinic.patient();
    const before = clinic.accesses(patientId);
    const { id, patientUserId, patient } = await clinic.book({ caller: STAFF, patientId });
    expect(patient).to.deep.equal({ id: patientId, name: 'Paula Patient' });
    expect(patientUserId).to.equal(null);
    expect(clinic.accesses(patientId).slice(before.length)).to.deep.equal([
      [STAFF.userId, 'book-appointment', `/v1/appointments/${id}`],
    ]);
    expect(clinic.historyOf(id)).to.deep.equal([[null, 'booked', STAFF.userId]]);
    const own = await clinic.book({ caller: STAFF, startsAt: monday('10:00') });
    expect(own.patientUserId).to.equal(STAFF.userId);
  });

  it('by the patient is not logged as an access', async () => {
    const { patient } = await clinic.book();
    expect(clinic.accesses(patient.id)).to.deep.equal([]);
  });

  it('succeeds for one of two concurrent requests for the same time', async () => {
    const outcomes = await Promise.allSettled([clinic.book(), clinic.book({ caller: OTHER })]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(clinic.rows.appointments.all()).to.have.length(1);
    expect(clinic.rows.patients.all(), 'nor has the other one a file').to.have.length(1);
  });

  describe('is refused, and nothing is written,', () => {
    const refused = async (code: string, changes: Parameters<Clinic['book']>[0]) =>
      clinic.refuses(() => clinic.book(changes), code);
    const pointers = async (changes: Parameters<Clinic['book']>[0]) =>
      pointersOf(await refused('validation', changes));

    it('with fields for staff', async () => {
      const { id: patientId } = await clinic.patient();
      expect(await pointers({ patientId })).to.deep.equal(['/patientId']);
      expect(await pointers({ overrideHours: true })).to.deep.equal(['/overrideHours']);
    });

    it('with an unknown or inactive doctor', async () => {
      expect(await pointers({ doctorId: UNKNOWN_ID })).to.deep.equal(['/doctorId']);
      await clinic.changeDoctor({ doctorId, changes: { isActive: false }, expectedVersion: null });
      expect(await pointers({})).to.deep.equal(['/doctorId']);
      expect(await pointers({ caller: STAFF, overrideHours: true })).to.deep.equal(['/doctorId']);
    });

    it('with an unknown or retired type', async () => {
      expect(await pointers({ appointmentTypeId: UNKNOWN_ID })).to.deep.equal(['/appointmentTypeId']);
      await clinic.book();
      await clinic.removeAppointmentType({ typeId: clinic.typeId, expectedVersion: null });
      expect(await pointers({ startsAt: monday('10:00') })).to.deep.equal(['/appointmentTypeId']);
    });

    it('for an unknown or anonymised patient', async () => {
      expect(await pointers({ caller: STAFF, patientId: UNKNOWN_ID })).to.deep.equal(['/patientId']);
      const { id: patientId } = await clinic.patient();
      await clinic.anonymisePatient({ actorId: STAFF.userId, patientId, expectedVersion: null });
      expect(await pointers({ caller: STAFF, patientId })).to.deep.equal(['/patientId']);
    });

    it('with a reason that is too long', async () => {
      expect(await pointers({ reason: LONG })).to.deep.equal(['/reason']);
    });

    it('for a start without an offset, with a code of its own if the clocks skip the time', async () => {
      const berlin = await clinic.doctor({ timeZone: 'Europe/Berlin' });
      const at = (day: string, minute: number) => ({ doctorId: berlin, startsAt: { day, minute } });
      const gap = await refused('nonexistent-local-time', at('2027-03-28', 150));
      expect(gap.details).to.deep.equal({ timeZone: 'Europe/Berlin' });
      expect(await pointers(at('2027-03-28', 180)), 'once').to.deep.equal(['/startsAt']);
      expect(await pointers(at('2027-10-31', 150)), 'twice').to.deep.equal(['/startsAt']);
      expect(
        await pointers({ startsAt: { day: '2027-03-28', minute: 150 } }),
        'the doctor’s clocks, not those of the practice',
      ).to.deep.equal(['/startsAt']);
    });

    it('outside of working hours or of the grid of starts', async () => {
      for (const time of ['08:30', '09:15', '11:31', '12:00'])
        await refused('outside-availability', { startsAt: monday(time) });
      await refused('outside-availability', { startsAt: plus(monday('09:00'), -DAY + 7 * DAY) });
      await clinic.book({ startsAt: monday('11:30') });
    });

    it('in time off, which buffers may touch and not reach into', async () => {
      const off = { caller: STAFF, doctorId, note: null };
      await clinic.addTimeOff({ ...off, startsAt: monday('10:00'), endsAt: monday('10:30') });
      await refused('outside-availability', { startsAt: monday('10:00') });
      const buffered = await clinic.type({ bufferAfterMinutes: 1 });
      await refused('outside-availability', { appointmentTypeId: buffered, startsAt: monday('09:30') });
      await clinic.book({ startsAt: monday('09:30') });
    });

    it('with too little notice, to the millisecond', async () => {
      clinic.goTo(plus(monday('08:00'), 1));
      const error = await refused('notice-too-short', {});
      expect(error.details).to.deep.equal({ earliest: plus(monday('09:00'), 1).toISOString() });
      clinic.clock.advance(-1);
      await clinic.book();
    });

    it('for a taken time, with the next three free starts', async () => {
      await clinic.book({ caller: OTHER });
      await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
      const error = await refused('slot-taken', {});
      expect(error.details).to.deep.equal({ alternatives: alternatives(['09:30', '10:30', '11:00']) });
    });

    it('for a taken time, with the next three starts at which the patient is free too', async () => {
      await clinic.book({ caller: OTHER });
      await clinic.book({ doctorId: await clinic.doctor(), startsAt: monday('09:30') });
      const error = await refused('slot-taken', {});
      expect(error.details).to.deep.equal({ alternatives: alternatives(['10:00', '10:30', '11:00']) });
    });

    it('if a buffer overlaps another appointment or its buffer', async () => {
      const appointmentTypeId = await clinic.type({ bufferBeforeMinutes: 10, bufferAfterMinutes: 15 });
      await clinic.book({ caller: OTHER, appointmentTypeId, startsAt: monday('10:00') });
      await refused('slot-taken', { startsAt: monday('10:30') });
      await refused('slot-taken', { startsAt: monday('09:30') });
      await refused('slot-taken', {
        startsAt: monday('11:00'),
        appointmentTypeId: await clinic.type({ bufferBeforeMinutes: 16 }),
      });
      await clinic.book({ startsAt: monday('11:00') });
    });

    it('if buffers of a day overlap an appointment of a day, by a minute before or after', async () => {
      const whole = { durationMinutes: 1440, bufferBeforeMinutes: 1440, bufferAfterMinutes: 1440 };
      const appointmentTypeId = await clinic.type(whole);
      const startsAt = plus(monday('09:00'), 7 * DAY);
      const byStaff = { caller: STAFF, overrideHours: true, appointmentTypeId };
      await clinic.book({ ...byStaff, startsAt });
      for (const distance of [3 * DAY - MINUTE, MINUTE - 3 * DAY])
        await refused('slot-taken', { ...byStaff, startsAt: plus(startsAt, distance) });
      const { id: patientId } = await clinic.patient();
      for (const distance of [3 * DAY, -3 * DAY])
        await clinic.book({ ...byStaff, patientId, startsAt: plus(startsAt, distance) });
    });

    it('with alternatives within the next two weeks only', async () => {
      const scarce = await clinic.doctor({}, [{ weekday: 1, fromMinute: 540, untilMinute: 570 }]);
      await clinic.book({ caller: OTHER, doctorId: scarce });
      const { details } = await refused('slot-taken', { doctorId: scarce });
      expect(details).to.deep.equal({
        alternatives: [{ startsAt: '2026-11-30T09:00:00.000Z', endsAt: '2026-11-30T09:30:00.000Z' }],
      });
    });

    it('without alternatives when the type was deleted meanwhile', async () => {
      await clinic.book({ caller: OTHER });
      const book = withConcurrentChange(({ clinicQueries }) => ({
        clinicQueries: { ...clinicQueries, schedule: () => Promise.resolve(undefined) },
      }));
      const { details } = await clinic.refuses(book, 'slot-taken');
      expect(details).to.deep.equal({ alternatives: [] });
    });

    it('if the patient has another appointment then, with any doctor', async () => {
      const otherDoctor = await clinic.doctor();
      const appointmentTypeId = await clinic.type({ bufferAfterMinutes: 20 });
      await clinic.book({ appointmentTypeId });
      await refused('patient-busy', { doctorId: otherDoctor });
      await clinic.book({ caller: OTHER, doctorId: otherDoctor });
      const touching = await clinic.book({ doctorId: otherDoctor, startsAt: monday('09:30') });
      expect(touching.status, 'buffers are the doctor’s').to.equal('booked');
    });
  });

  describe('with overrideHours', () => {
    const override = (changes: Parameters<Clinic['book']>[0] = {}) =>
      clinic.book({ caller: STAFF, overrideHours: true, ...changes });

    it('ignores working hours, the grid of starts, notice and time off', async () => {
      await clinic.addTimeOff({
        caller: STAFF,
        doctorId,
        startsAt: monday('00:00'),
        endsAt: monday('23:00'),
        note: null,
      });
      clinic.goTo(plus(monday('09:03'), 1));
      expect((await override({ startsAt: monday('09:03') })).startsAt).to.deep.equal(monday('09:03'));
      await override({ startsAt: monday('22:00') });
    });

    it('does not allow overlapping appointments of a doctor or a patient', async () => {
      await clinic.book();
      const error = await clinic.refuses(() => override({ startsAt: monday('09:29') }), 'slot-taken');
      expect(error.details).to.deep.equal({ alternatives: alternatives(['09:30', '10:00', '10:30']) });
      const { id: patientId } = await clinic.viewOwnFile({ caller: MEMBER });
      const otherDoctor = await clinic.doctor();
      await clinic.refuses(
        () => override({ patientId, doctorId: otherDoctor, startsAt: monday('09:29') }),
        'patient-busy',
      );
    });
  });

  describe('and the free starts', () => {
    const find = (changes: Partial<Parameters<Clinic['findSlots']>[0]> = {}) =>
      clinic.findSlots({
        caller: null,
        doctorId,
        appointmentTypeId: clinic.typeId,
        from: monday('00:00'),
        to: plus(monday('00:00'), DAY),
        ...changes,
      });

    it('takes one of them, and frees it when it is cancelled', async () => {
      const all = ['23T09:00', '23T09:30', '23T10:00', '23T10:30', '23T11:00', '23T11:30'];
      expect(starts(await find())).to.deep.equal(all);
      const { id } = await clinic.book({ startsAt: monday('10:00') });
      expect(starts(await find())).to.deep.equal(all.filter((start) => start !== '23T10:00'));
      await clinic.cancel(id);
      expect(starts(await find())).to.deep.equal(all);
    });

    it('are listed without booked times and time off', async () => {
      await clinic.book({ startsAt: monday('09:30') });
      const off = { caller: STAFF, doctorId, note: null };
      await clinic.addTimeOff({ ...off, startsAt: monday('11:00'), endsAt: monday('11:30') });
      expect(starts(await find())).to.deep.equal(['23T09:00', '23T10:00', '23T10:30', '23T11:30']);
    });

    it('are listed for a member without overlaps with the member’s appointments, of any doctor', async () => {
      const own = await clinic.book({
        doctorId: await clinic.doctor(),
        appointmentTypeId: await clinic.type({ bufferAfterMinutes: 20 }),
      });
      const all = starts(await find());
      expect(all.slice(0, 3)).to.deep.equal(['23T09:00', '23T09:30', '23T10:00']);
      expect(starts(await find({ caller: MEMBER })), 'buffers are the doctor’s').to.deep.equal(all.slice(1));
      for (const caller of [null, OTHER, STAFF]) expect(starts(await find({ caller }))).to.deep.equal(all);
      await clinic.cancel(own.id);
      expect(starts(await find({ caller: MEMBER }))).to.deep.equal(all);
    });

    it('are exactly those that the member can book', async () => {
      const otherDoctor = await clinic.doctor();
      await clinic.book({ doctorId: otherDoctor, startsAt: monday('10:00') });
      await clinic.book({ caller: OTHER, startsAt: monday('11:00') });
      const offered = starts(await find({ caller: MEMBER }));
      expect(offered).to.deep.equal(['23T09:00', '23T09:30', '23T10:30', '23T11:30']);
      await clinic.refuses(() => clinic.book({ startsAt: monday('10:00') }), 'patient-busy');
      for (const start of offered)
        expect((await clinic.book({ startsAt: monday(start.slice('23T'.length)) })).status).to.equal(
          'booked',
        );
      expect(await find({ caller: MEMBER })).to.deep.equal([]);
    });

    it('are listed from the start of the range to before its end, after the notice of the type', async () => {
      expect(starts(await find({ from: monday('09:30'), to: monday('10:00') }))).to.deep.equal(['23T09:30']);
      expect(await find({ from: monday('09:30'), to: monday('09:30') })).to.deep.equal([]);
      clinic.goTo(plus(monday('10:00'), 1));
      expect(starts(await find())).to.deep.equal(['23T11:30']);
    });

    it('are listed for at most 31 days, and for an active doctor and type only', async () => {
      const from = monday('00:00');
      const last = (await find({ from, to: plus(from, 31 * DAY) })).at(-1);
      expect(starts([last!])).to.deep.equal(['23T11:30']);
      for (const to of [plus(from, 31 * DAY + 1), plus(from, -1)])
        expect(pointersOf(await expectCode(find({ from, to }), 'validation'))).to.deep.equal(['/query/to']);
      await expectCode(find({ doctorId: UNKNOWN_ID }), 'not-found');
      await clinic.book();
      await clinic.removeAppointmentType({ typeId: clinic.typeId, expectedVersion: null });
      await expectCode(find(), 'not-found');
      const appointmentTypeId = await clinic.type();
      await find({ appointmentTypeId });
      await clinic.changeDoctor({ doctorId, changes: { isActive: false }, expectedVersion: null });
      await expectCode(find({ appointmentTypeId }), 'not-found');
    });
  });
});

describe('rescheduling an appointment', () => {
  let clinic: Clinic;
  let booked: AppointmentView;
  beforeEach(async () => {
    clinic = await openClinic();
    booked = await clinic.book();
  });
  type Move = Parameters<Clinic['rescheduleAppointment']>[0];
  const move = (changes: Partial<Move> = {}) =>
    clinic.rescheduleAppointment({
      caller: MEMBER,
      appointmentId: booked.id,
      startsAt: monday('11:00'),
      expectedVersion: undefined,
      ...changes,
    });
  const refused = (code: string, changes: Partial<Move> = {}) => clinic.refuses(() => move(changes), code);

  it('keeps the id, writes a history entry, and enqueues a mail and a reminder for the new time', async () => {
    const moved = await move({ expectedVersion: booked.version });
    expect(moved).to.deep.equal({
      ...booked,
      startsAt: monday('11:00'),
      endsAt: monday('11:30'),
      rescheduleCount: 1,
      revision: 2,
      version: 2,
    });
    expect(clinic.historyOf(booked.id)).to.deep.equal([
      [null, 'booked', MEMBER.userId],
      ['booked', 'booked', MEMBER.userId],
    ]);
    const lines = clinic.rows.history.all().map(({ startsAt }) => startsAt);
    expect(lines).to.deep.equal([monday('09:00'), monday('11:00')]);
    expect(clinic.mails(booked.id).slice(2)).to.deep.equal([
      ['moved'],
      ['reminder', new Date('2026-11-22T11:00:00.000Z')],
    ]);
    expect(clinic.accesses(booked.patient.id)).to.deep.equal([]);
    await clinic.book({ caller: OTHER });
    await clinic.refuses(() => clinic.book({ caller: OTHER, startsAt: monday('11:00') }), 'slot-taken');
  });

  it('by staff is logged as an access to the patient file', async () => {
    await move({ caller: STAFF });
    expect(clinic.accesses(booked.patient.id)).to.deep.equal([
      [STAFF.userId, 'reschedule-appointment', `/v1/appointments/${booked.id}`],
    ]);
  });

  it('to another doctor takes the time zone of that doctor', async () => {
    const doctorId = await clinic.doctor({ name: 'Dr. Jana Roth', timeZone: 'Europe/Berlin' });
    const moved = await move({ doctorId, startsAt: monday('08:00') });
    expect(moved).to.deep.include({
      doctor: { id: doctorId, name: 'Dr. Jana Roth' },
      timeZone: 'Europe/Berlin',
    });
    await clinic.book({ caller: OTHER });
  });

  it('may overlap the previous time of the same appointment', async () => {
    await clinic.setWorkingHours({
      doctorId: clinic.doctorId,
      week: [{ weekday: 1, fromMinute: 9 * 60 + 10, untilMinute: 12 * 60 }],
      expectedVersion: null,
    });
    expect((await move({ startsAt: monday('09:10') })).startsAt).to.deep.equal(monday('09:10'));
    const doctorId = await clinic.doctor({}, [{ weekday: 1, fromMinute: 9 * 60 + 20, untilMinute: 600 }]);
    await move({ doctorId, startsAt: monday('09:20') });
  });

  it('keeps the booked duration when its type has another one now', async () => {
    await clinic.changeAppointmentType({
      typeId: clinic.typeId,
      changes: { durationMinutes: 60, bufferAfterMinutes: 30 },
      expectedVersion: null,
    });
    expect((await move({ startsAt: monday('11:30') })).endsAt).to.deep.equal(monday('12:00'));
  });

  it('works for a type that was retired since', async () => {
    await clinic.removeAppointmentType({ typeId: clinic.typeId, expectedVersion: null });
    await move();
  });

  it('by members follows the present limit and deadline of the type; staff may exceed both', async () => {
    await move();
    await move({ startsAt: monday('10:00') });
    const limit = await refused('reschedule-limit');
    expect(limit.details).to.deep.equal({ maxReschedules: 2 });
    await move({ caller: STAFF });
    const deadline = plus(monday('11:00'), -DAY);
    await clinic.changeAppointmentType({
      typeId: clinic.typeId,
      changes: { maxReschedules: 9 },
      expectedVersion: null,
    });
    clinic.goTo(plus(deadline, 1));
    const late = await refused('change-window-closed', { startsAt: monday('09:00') });
    expect(late.details).to.deep.equal({ deadline: deadline.toISOString() });
    await move({ caller: STAFF, startsAt: monday('10:00') });
    clinic.goTo(plus(monday('10:00'), -DAY));
    await move({ startsAt: monday('11:00') });
  });

  it('refuses members and staff a time that cannot be booked', async () => {
    await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
    const taken = await refused('slot-taken', { startsAt: monday('10:00') });
    expect(taken.details, 'its own time is free to it').to.deep.equal({
      alternatives: alternatives(['10:30', '11:00', '11:30']),
    });
    await refused('outside-availability', { startsAt: monday('09:15') });
    await refused('outside-availability', { caller: STAFF, startsAt: monday('12:00') });
    const otherDoctor = await clinic.doctor();
    await clinic.book({ doctorId: otherDoctor, startsAt: monday('11:30') });
    await refused('patient-busy', { startsAt: monday('11:30') });
    clinic.goTo(plus(monday('10:00'), 1));
    await refused('notice-too-short', { caller: STAFF, startsAt: monday('11:00') });
  });

  it('requires an active doctor, and a start that exists in the time zone of the doctor', async () => {
    const doctorId = await clinic.doctor({ timeZone: 'Europe/Berlin' });
    const gap = { doctorId, startsAt: { day: '2027-03-28', minute: 150 } };
    await refused('nonexistent-local-time', gap);
    expect(
      pointersOf(await refused('validation', { startsAt: { day: '2027-03-28', minute: 150 } })),
      'the zone is the doctor’s',
    ).to.deep.equal(['/startsAt']);
    expect(pointersOf(await refused('validation', { doctorId: UNKNOWN_ID }))).to.deep.equal(['/doctorId']);
    await clinic.changeDoctor({
      doctorId: clinic.doctorId,
      changes: { isActive: false },
      expectedVersion: null,
    });
    expect(pointersOf(await refused('validation'))).to.deep.equal(['/doctorId']);
  });

  it('requires an own appointment, the expected version, and a status that allows it', async () => {
    await refused('not-found', { caller: OTHER });
    await refused('not-found', { appointmentId: UNKNOWN_ID });
    await refused('version-mismatch', { expectedVersion: booked.version + 1 });
    await clinic.cancel(booked.id);
    const over = await refused('invalid-transition');
    expect(over.details).to.deep.equal({ from: 'cancelled', to: 'rescheduled', allowed: [] });
  });

  it('fails when a concurrent change gave the appointment to another doctor', async () => {
    const elsewhere = await clinic.doctor();
    const reschedule = clinic.using({
      clinicUnitOfWork: clinic.withConcurrentChange(({ appointments }) => ({
        appointments: {
          ...appointments,
          lock: async (id) => {
            const found = await appointments.lock(id);
            return found && restoreAppointment({ ...found, doctorId: elsewhere });
          },
        },
      })),
    }).rescheduleAppointment;
    await clinic.refuses(
      () =>
        reschedule({
          caller: MEMBER,
          appointmentId: booked.id,
          startsAt: monday('11:00'),
          expectedVersion: undefined,
        }),
      'version-mismatch',
    );
  });

  it('keeps a requested appointment requested, without a reminder', async () => {
    const appointmentTypeId = await clinic.type({ needsApproval: true });
    const { id } = await clinic.book({ caller: OTHER, appointmentTypeId, startsAt: monday('10:00') });
    const moved = await move({ caller: OTHER, appointmentId: id });
    expect(moved.status).to.equal('requested');
    expect(clinic.mails(id)).to.deep.equal([['requested'], ['moved']]);
  });
});
