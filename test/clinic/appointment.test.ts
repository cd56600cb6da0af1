import { expect } from 'chai';
import { plus } from '../../src/kernel/clock.js';
import {
  advance,
  type Appointment,
  type AppointmentStatus,
  assertMayMoveAgain,
  assertMovable,
  assertWindowOpen,
  cancel,
  enteredInError,
  extentOf,
  forgetTexts,
  isLive,
  newAppointment,
  nextAppointmentVersion,
  reschedule,
  restoreAppointment,
  rewrite,
} from '../../src/clinic/domain/appointment.js';
import { assertPayable, receivableOf } from '../../src/clinic/domain/receivable.js';
import { aDoctor, anAppointment, aPatient, aType } from '../support/builders/clinic.js';
import { pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { eur, monday } from './world.js';

const STARTS_AT = monday('09:00');
const BEFORE = plus(STARTS_AT, -1);
const USER = '01930000-0000-7000-8000-00000000000a';

const made = (changes: Partial<Appointment> = {}): Appointment =>
  anAppointment({ doctor: aDoctor(), patient: aPatient(), type: aType(), startsAt: STARTS_AT }, changes);
const being = (status: AppointmentStatus): Appointment =>
  made({ status, cancelledBy: status === 'cancelled' ? 'patient' : null });

/** The allowed transitions after the start: the table of docs/clinic.md. */
const TABLE: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  requested: ['booked', 'declined', 'cancelled'],
  booked: ['arrived', 'noShow', 'cancelled'],
  declined: [],
  arrived: ['fulfilled', 'cancelled'],
  fulfilled: [],
  noShow: ['arrived'],
  cancelled: [],
};
const STATUSES = Object.keys(TABLE) as AppointmentStatus[];
const STEPS = ['booked', 'declined', 'arrived', 'fulfilled', 'noShow', 'cancelled'] as const;

const become = (appointment: Appointment, to: (typeof STEPS)[number], now: Date): Appointment =>
  to === 'cancelled'
    ? cancel(appointment, { by: 'practice', reason: null }, now)
    : advance(appointment, to, now);

describe('an appointment', () => {
  for (const from of STATUSES)
    for (const to of STEPS)
      if (TABLE[from].includes(to))
        it(`that is ${from} may become ${to}`, () => {
          const before = being(from);
          const after = become(before, to, STARTS_AT);
          expect(after).to.deep.equal({
            ...before,
            status: to,
            cancelledBy: to === 'cancelled' ? 'practice' : null,
            revision: 2,
            updatedAt: STARTS_AT,
          });
        });
      else
        it(`that is ${from} does not become ${to}`, () => {
          const error = thrown(() => become(being(from), to, STARTS_AT));
          expect(error).to.include({ kind: 'conflict', code: 'invalid-transition' });
          expect(error.details).to.deep.equal({ from, to, allowed: TABLE[from] });
        });

  it('cannot become a no-show before its start', () => {
    const error = thrown(() => advance(being('booked'), 'noShow', BEFORE));
    expect(error.details).to.deep.equal({ from: 'booked', to: 'noShow', allowed: ['arrived', 'cancelled'] });
    expect(advance(being('booked'), 'noShow', STARTS_AT).status).to.equal('noShow');
  });

  it('is live while it is requested, booked, arrived or fulfilled, unless it was entered in error', () => {
    expect(STATUSES.filter((status) => isLive(being(status)))).to.deep.equal([
      'requested',
      'booked',
      'arrived',
      'fulfilled',
    ]);
    expect(isLive(enteredInError(being('booked'), BEFORE))).to.equal(false);
  });

  it('copies length, buffers and price from its type, and the zone from its doctor', () => {
    const doctor = aDoctor({ timeZone: 'Europe/Berlin' });
    const type = aType({
      durationMinutes: 45,
      bufferBeforeMinutes: 10,
      bufferAfterMinutes: 5,
      price: eur(4500),
    });
    const now = monday('08:00');
    const details = { id: 'a', doctor, patientId: 'p', type, startsAt: STARTS_AT, reason: '  a cough ' };
    expect(newAppointment(details, now)).to.deep.equal({
      id: 'a',
      doctorId: doctor.id,
      patientId: 'p',
      appointmentTypeId: type.id,
      startsAt: STARTS_AT,
      endsAt: monday('09:45'),
      busyFrom: monday('08:50'),
      busyUntil: monday('09:50'),
      timeZone: 'Europe/Berlin',
      status: 'booked',
      reason: 'a cough',
      staffNote: null,
      rescheduleCount: 0,
      cancelledBy: null,
      cancelReason: null,
      price: eur(4500),
      revision: 1,
      createdAt: now,
      updatedAt: now,
      version: 1,
      deletedAt: null,
    });
  });

  it('is requested if its type needs approval', () => {
    const doctor = aDoctor();
    const type = aType({ needsApproval: true });
    const details = { id: 'a', doctor, patientId: 'p', type, startsAt: STARTS_AT, reason: null };
    expect(newAppointment(details, BEFORE).status).to.equal('requested');
  });

  it('stores which side cancelled, and why', () => {
    const cancelled = cancel(being('booked'), { by: 'patient', reason: ' better ' }, BEFORE);
    expect(cancelled).to.include({ cancelledBy: 'patient', cancelReason: 'better' });
    expect(cancel(being('booked'), { by: 'practice', reason: ' ' }, BEFORE).cancelReason).to.equal(null);
    const error = thrown(() => cancel(being('booked'), { by: 'patient', reason: 'x'.repeat(2001) }, BEFORE));
    expect(pointersOf(error)).to.deep.equal(['/reason']);
  });

  it('may be changed by its patient until the deadline, inclusive', () => {
    const type = { cancelNoticeMinutes: 90 };
    const deadline = monday('07:30');
    assertWindowOpen(made(), type, deadline);
    const error = thrown(() => {
      assertWindowOpen(made(), type, plus(deadline, 1));
    });
    expect(error).to.include({ kind: 'conflict', code: 'change-window-closed' });
    expect(error.details).to.deep.equal({ deadline: deadline.toISOString() });
    assertWindowOpen(made(), { cancelNoticeMinutes: 0 }, STARTS_AT);
    thrown(() => {
      assertWindowOpen(made(), { cancelNoticeMinutes: 0 }, plus(STARTS_AT, 1));
    });
  });

  it('may be moved as often as its type says', () => {
    assertMayMoveAgain(made({ rescheduleCount: 1 }), { maxReschedules: 2 });
    for (const [rescheduleCount, maxReschedules] of [
      [2, 2],
      [3, 2],
      [0, 0],
    ] as const) {
      const error = thrown(() => {
        assertMayMoveAgain(made({ rescheduleCount }), { maxReschedules });
      });
      expect(error).to.include({ kind: 'conflict', code: 'reschedule-limit' });
      expect(error.details).to.deep.equal({ maxReschedules });
    }
  });

  it('can be moved while it is requested or booked, by staff also while the patient waits, and not after', () => {
    const to = { startsAt: monday('11:00'), doctor: aDoctor() };
    for (const status of STATUSES)
      if (status === 'requested' || status === 'booked' || status === 'arrived') {
        assertMovable(being(status), { isStaff: true });
        if (status === 'arrived')
          expect(
            thrown(() => {
              assertMovable(being(status), { isStaff: false });
            }),
          ).to.include({ code: 'invalid-transition' });
        expect(reschedule(being(status), to, BEFORE).status).to.equal(status);
      } else
        for (const move of [
          () => reschedule(being(status), to, BEFORE),
          () => {
            assertMovable(being(status), { isStaff: true });
          },
        ]) {
          const error = thrown(move);
          expect(error).to.include({ kind: 'conflict', code: 'invalid-transition' });
          expect(error.details).to.deep.equal({ from: status, to: 'rescheduled', allowed: TABLE[status] });
        }
  });

  it('keeps its length and buffers when it moves, and takes the other doctor’s zone', () => {
    const type = aType({ durationMinutes: 20, bufferBeforeMinutes: 10, bufferAfterMinutes: 5 });
    const doctor = aDoctor({ timeZone: 'Asia/Kathmandu' });
    const before = anAppointment({ doctor: aDoctor(), patient: aPatient(), type, startsAt: STARTS_AT });
    expect(extentOf(before)).to.deep.equal({
      durationMinutes: 20,
      bufferBeforeMinutes: 10,
      bufferAfterMinutes: 5,
    });
    expect(reschedule(before, { startsAt: monday('11:00'), doctor }, BEFORE)).to.deep.equal({
      ...before,
      doctorId: doctor.id,
      timeZone: 'Asia/Kathmandu',
      startsAt: monday('11:00'),
      endsAt: monday('11:20'),
      busyFrom: monday('10:50'),
      busyUntil: monday('11:25'),
      rescheduleCount: 1,
      revision: 2,
      updatedAt: BEFORE,
    });
  });

  it('changes the given texts without a new revision', () => {
    const before = made({ reason: 'a cough', staffNote: 'allergic' });
    expect(rewrite(before, { reason: ' a rash ' }, BEFORE)).to.deep.equal({
      ...before,
      reason: 'a rash',
      updatedAt: BEFORE,
    });
    expect(rewrite(before, { staffNote: null }, BEFORE)).to.include({
      reason: 'a cough',
      staffNote: null,
      revision: 1,
    });
    expect(rewrite(before, { reason: ' \n ' }, BEFORE)).to.include({ reason: null, staffNote: 'allergic' });
  });

  it('accepts texts of up to 2000 code points', () => {
    const note = '😀'.repeat(2000);
    expect(rewrite(made(), { reason: note, staffNote: note }, BEFORE)).to.include({
      reason: note,
      staffNote: note,
    });
    for (const field of ['reason', 'staffNote'] as const)
      expect(pointersOf(thrown(() => rewrite(made(), { [field]: `${note}!` }, BEFORE)))).to.deep.equal([
        `/${field}`,
      ]);
  });

  it('clears all texts and keeps the rest', () => {
    const before = made({
      status: 'cancelled',
      cancelledBy: 'patient',
      cancelReason: 'moved away',
      reason: 'a cough',
      staffNote: 'allergic',
    });
    expect(forgetTexts(before, BEFORE)).to.deep.equal({
      ...before,
      reason: null,
      staffNote: null,
      cancelReason: null,
      updatedAt: BEFORE,
    });
  });

  it('gets a new revision when it was entered in error', () => {
    const before = made();
    expect(enteredInError(before, BEFORE)).to.deep.equal({
      ...before,
      deletedAt: BEFORE,
      revision: 2,
      updatedAt: BEFORE,
    });
  });

  it('never moves updatedAt back, even with a slow clock', () => {
    const slow = new Date('2026-11-21T08:59:59.000Z');
    const before = made();
    const doctor = aDoctor();
    for (const after of [
      advance(before, 'arrived', slow),
      reschedule(before, { startsAt: STARTS_AT, doctor }, slow),
      rewrite(before, { reason: 'x' }, slow),
      forgetTexts(before, slow),
    ])
      expect(after.updatedAt).to.deep.equal(before.updatedAt);
  });

  it('counts versions and revisions independently', () => {
    const before = made();
    expect(nextAppointmentVersion(before)).to.deep.equal({ ...before, version: 2 });
  });

  it('is immutable', () => {
    expect(made()).to.satisfy(Object.isFrozen);
  });

  it('is not restored from contradictory values', () => {
    const sound = made({ reason: 'x' });
    const broken: Partial<Appointment>[] = [
      { busyFrom: plus(STARTS_AT, 1) },
      { endsAt: STARTS_AT, busyUntil: STARTS_AT },
      { busyUntil: plus(sound.endsAt, -1) },
      { status: 'cancelled' },
      { cancelledBy: 'patient' },
      { cancelReason: 'x' },
      { reason: '' },
      { staffNote: '' },
      { status: 'cancelled', cancelledBy: 'patient', cancelReason: '' },
      { reason: 'x'.repeat(2001) },
      { rescheduleCount: -1 },
      { rescheduleCount: 0.5 },
      { revision: 0 },
      { revision: 1.5 },
      { version: 0 },
      { version: 1.5 },
      { updatedAt: plus(sound.createdAt, -1) },
    ];
    for (const changes of broken)
      expect(() => restoreAppointment({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt appointment ${sound.id}`,
      );
    restoreAppointment(sound);
    restoreAppointment({ ...sound, status: 'cancelled', cancelledBy: 'patient', cancelReason: 'x' });
  });
});

describe('what is owed for an appointment', () => {
  const priced = (status: AppointmentStatus): Appointment =>
    made({ price: eur(4500), status, cancelledBy: status === 'cancelled' ? 'practice' : null });

  it('is its price, by the member whom the patient file belongs to', () => {
    expect(receivableOf(priced('booked'), USER, 'EUR')).to.include({
      payerId: USER,
      amount: 4500,
      currency: 'EUR',
      income: 'clinic-income',
    });
  });

  it('names neither the patient nor the reason', () => {
    const secret = made({ price: eur(4500), reason: 'a secret' });
    expect(JSON.stringify(receivableOf(secret, null, 'EUR'))).to.not.match(
      new RegExp(`secret|${secret.patientId}`),
    );
  });

  it('is payable unless the appointment is free, declined or cancelled', () => {
    for (const status of STATUSES)
      expect(receivableOf(priced(status), null, 'EUR').isPayable, status).to.equal(
        status !== 'declined' && status !== 'cancelled',
      );
    const free = receivableOf(made({ price: null }), null, 'EUR');
    expect(thrown(() => assertPayable(free)).code).to.equal('not-payable');
  });
});
