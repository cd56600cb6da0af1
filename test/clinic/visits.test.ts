import { expect } from 'chai';
import { DAY, MINUTE, plus, SECOND } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { AppointmentView } from '../../src/clinic/application/ports.js';
import { type Appointment, enteredInError } from '../../src/clinic/domain/appointment.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { type Clinic, eur, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const LONG = 'x'.repeat(2001);

describe('an appointment', () => {
  let clinic: Clinic;
  let booked: AppointmentView;
  beforeEach(async () => {
    clinic = await openClinic();
    booked = await clinic.book();
  });
  const resource = () => `/v1/appointments/${booked.id}`;
  const told = () => clinic.mails(booked.id).slice(2);
  const recorded = () => clinic.historyOf(booked.id).slice(1);

  describe('that is cancelled', () => {
    type Cancel = Parameters<Clinic['cancelAppointment']>[0];
    const cancel = (changes: Partial<Cancel> = {}) =>
      clinic.cancelAppointment({
        caller: MEMBER,
        appointmentId: booked.id,
        reason: null,
        expectedVersion: undefined,
        ...changes,
      });
    const refused = (code: string, changes: Partial<Cancel> = {}) =>
      clinic.refuses(() => cancel(changes), code);

    it('frees its time, and writes a history entry and a mail', async () => {
      const cancelled = await cancel({ reason: ' better ', expectedVersion: booked.version });
      expect(cancelled).to.deep.equal({
        ...booked,
        status: 'cancelled',
        cancelledBy: 'patient',
        cancelReason: 'better',
        revision: 2,
        version: 2,
      });
      expect(recorded()).to.deep.equal([['booked', 'cancelled', MEMBER.userId]]);
      expect(told()).to.deep.equal([['cancelled']]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([]);
      await clinic.book({ caller: OTHER });
    });

    it('by staff counts as cancelled by the practice, and the access is logged', async () => {
      expect((await cancel({ caller: STAFF })).cancelledBy).to.equal('practice');
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'cancel-appointment', resource()],
      ]);
    });

    it('may be cancelled until the present deadline of its type, by staff also later', async () => {
      const deadline = plus(monday('09:00'), -DAY);
      clinic.goTo(plus(deadline, 1));
      const error = await refused('change-window-closed');
      expect(error.details).to.deep.equal({ deadline: deadline.toISOString() });
      await clinic.changeAppointmentType({
        typeId: clinic.typeId,
        changes: { cancelNoticeMinutes: 30 },
        expectedVersion: null,
      });
      clinic.goTo(plus(monday('08:30'), 1));
      await refused('change-window-closed');
      clinic.goTo(monday('08:30'));
      const another = await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
      await cancel();
      clinic.goTo(monday('09:59'));
      expect((await cancel({ caller: STAFF, appointmentId: another.id })).status).to.equal('cancelled');
    });

    it('has to be the caller’s, of the expected version, and cancellable', async () => {
      await refused('not-found', { caller: OTHER });
      await refused('not-found', { appointmentId: UNKNOWN_ID });
      await refused('version-mismatch', { expectedVersion: booked.version + 1 });
      expect(pointersOf(await refused('validation', { reason: LONG }))).to.deep.equal(['/reason']);
      await cancel({ expectedVersion: null });
      const error = await refused('invalid-transition');
      expect(error.details).to.deep.equal({ from: 'cancelled', to: 'cancelled', allowed: [] });
    });

    it('may be cancelled by staff only after the patient arrived', async () => {
      await clinic.advance(booked.id, 'arrived');
      clinic.goTo(monday('09:10'));
      await refused('change-window-closed');
      await cancel({ caller: STAFF });
    });
  });

  describe('that staff advance', () => {
    it('writes a history entry and logs the access', async () => {
      const arrived = await clinic.advance(booked.id, 'arrived');
      expect(arrived).to.deep.equal({ ...booked, status: 'arrived', revision: 2, version: 2 });
      await clinic.advance(booked.id, 'fulfilled');
      expect(recorded()).to.deep.equal([
        ['booked', 'arrived', STAFF.userId],
        ['arrived', 'fulfilled', STAFF.userId],
      ]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'receive-patient', resource()],
        [STAFF.userId, 'finish-appointment', resource()],
      ]);
      expect(told(), 'nobody has to be told what they were there for').to.deep.equal([]);
    });

    it('enqueues a mail when a request is confirmed or declined', async () => {
      const appointmentTypeId = await clinic.type({ needsApproval: true });
      const wish = { caller: OTHER, appointmentTypeId };
      const confirmed = await clinic.book({ ...wish, startsAt: monday('10:00') });
      const declined = await clinic.book({ ...wish, startsAt: monday('11:00') });
      await clinic.advance(confirmed.id, 'booked');
      await clinic.advance(declined.id, 'declined');
      expect(clinic.mails(confirmed.id)).to.deep.equal([
        ['requested'],
        ['booked'],
        ['reminder', new Date('2026-11-22T10:00:00.000Z')],
      ]);
      expect(clinic.mails(declined.id)).to.deep.equal([['requested'], ['declined']]);
      expect(clinic.accesses(confirmed.patient.id)).to.deep.equal([
        [STAFF.userId, 'confirm-appointment', `/v1/appointments/${confirmed.id}`],
        [STAFF.userId, 'decline-appointment', `/v1/appointments/${declined.id}`],
      ]);
      await clinic.book({ startsAt: monday('11:00') });
    });

    it('frees its time as a no-show, and takes it back when the patient arrives late', async () => {
      clinic.goTo(monday('09:00'));
      await clinic.advance(booked.id, 'noShow');
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([[STAFF.userId, 'note-no-show', resource()]]);
      expect((await clinic.advance(booked.id, 'arrived')).status).to.equal('arrived');
    });

    it('is refused to a late patient if the time is taken or the patient is busy', async () => {
      clinic.goTo(monday('09:00'));
      await clinic.advance(booked.id, 'noShow');
      const override = { caller: STAFF, overrideHours: true };
      const { id: patientId } = await clinic.patient();
      const instead = await clinic.book({ ...override, patientId });
      await clinic.refuses(() => clinic.advance(booked.id, 'arrived'), 'slot-taken');
      await clinic.cancel(instead.id, STAFF);
      const doctorId = await clinic.doctor();
      await clinic.book({ ...override, patientId: booked.patient.id, doctorId });
      await clinic.refuses(() => clinic.advance(booked.id, 'arrived'), 'patient-busy');
    });

    it('locks doctor, patient and appointment, in this order, before a no-show becomes live', async () => {
      const locks: string[] = [];
      const advance = clinic.using({
        clinicUnitOfWork: clinic.withConcurrentChange(({ doctors, patients, appointments }) => ({
          doctors: {
            ...doctors,
            lock: (ids) => {
              locks.push(...ids);
              return doctors.lock(ids);
            },
          },
          patients: {
            ...patients,
            lock: (id) => {
              locks.push(id);
              return patients.lock(id);
            },
          },
          appointments: {
            ...appointments,
            lock: (id) => {
              locks.push(id);
              return appointments.lock(id);
            },
          },
        })),
      }).advanceAppointment;
      const command = { caller: STAFF, appointmentId: booked.id, expectedVersion: null };
      clinic.goTo(monday('09:00'));
      await advance({ ...command, to: 'noShow' });
      expect(locks.splice(0), 'what frees a time needs only the appointment').to.deep.equal([booked.id]);
      await advance({ ...command, to: 'arrived' });
      expect(locks).to.deep.equal([clinic.doctorId, booked.patient.id, booked.id]);
    });

    it('has to exist, in the expected version, and allow the transition', async () => {
      const advance = (expectedVersion: number | null, appointmentId = booked.id) =>
        clinic.advanceAppointment({ caller: STAFF, appointmentId, to: 'noShow', expectedVersion });
      await clinic.refuses(() => advance(null, UNKNOWN_ID), 'not-found');
      await clinic.refuses(() => clinic.advance(UNKNOWN_ID, 'arrived'), 'not-found');
      await clinic.refuses(() => advance(booked.version + 1), 'version-mismatch');
      const error = await clinic.refuses(() => advance(null), 'invalid-transition');
      expect(error.details).to.deep.equal({
        from: 'booked',
        to: 'noShow',
        allowed: ['arrived', 'cancelled'],
      });
      clinic.goTo(monday('09:00'));
      await advance(booked.version);
    });
  });

  describe('with texts', () => {
    type Texts = Partial<Parameters<Clinic['annotateAppointment']>[0]>;
    const annotate = (changes: Texts) =>
      clinic.annotateAppointment({
        caller: MEMBER,
        appointmentId: booked.id,
        expectedVersion: undefined,
        ...changes,
      });

    it('stores the reason and the note of staff without sending a mail', async () => {
      const reason = await annotate({ reason: ' a cough ', expectedVersion: 1 });
      expect(reason).to.deep.equal({ ...booked, reason: 'a cough', version: 2 });
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([]);
      const noted = await annotate({ caller: STAFF, staffNote: 'allergic' });
      expect(noted).to.include({ reason: 'a cough', staffNote: 'allergic', revision: 1 });
      expect(recorded()).to.deep.equal([
        ['booked', 'booked', MEMBER.userId],
        ['booked', 'booked', STAFF.userId],
      ]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'annotate-appointment', resource()],
      ]);
      expect(told()).to.deep.equal([]);
      expect((await annotate({ reason: null })).reason).to.equal(null);
    });

    it('refuses another member, an older version and texts that are too long', async () => {
      const refused = (code: string, changes: Texts) => clinic.refuses(() => annotate(changes), code);
      await refused('not-found', { caller: OTHER, reason: 'x' });
      await refused('not-found', { caller: OTHER, staffNote: 'x' });
      await refused('version-mismatch', { reason: 'x', expectedVersion: 2 });
      for (const staffNote of ['x', null])
        expect(pointersOf(await refused('validation', { staffNote }))).to.deep.equal(['/staffNote']);
      expect(pointersOf(await refused('validation', { reason: LONG }))).to.deep.equal(['/reason']);
    });
  });

  describe('entered in error', () => {
    const remove = (expectedVersion: number | null = null, appointmentId = booked.id) =>
      clinic.removeAppointment({ caller: STAFF, appointmentId, expectedVersion });

    it('is not found any more, frees its time, and keeps its history', async () => {
      await clinic.refuses(() => remove(booked.version + 1), 'version-mismatch');
      await remove(booked.version);
      const read = { appointmentId: booked.id, caller: STAFF };
      for (const gone of [
        () => clinic.viewAppointment(read),
        () => clinic.listAppointmentHistory({ ...read, page: { limit: 1 } }),
        () => remove(),
        () => clinic.cancel(booked.id, STAFF),
      ])
        await clinic.refuses(gone, 'not-found');
      expect(clinic.stored(booked.id)).to.deep.include({ deletedAt: clinic.clock.now(), status: 'booked' });
      expect(recorded()).to.deep.equal([['booked', 'booked', STAFF.userId]]);
      await clinic.book({ caller: OTHER });
    });

    it('cannot be deleted with an effective payment', async () => {
      const appointmentTypeId = await clinic.type({ price: eur(4500) });
      const pay = (appointmentId: string) =>
        clinic.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null });
      const priced = async (time: string) =>
        (await clinic.book({ appointmentTypeId, startsAt: monday(time) })).id;
      const paid = await priced('09:30');
      await pay(paid);
      await clinic.refuses(() => remove(null, paid), 'appointment-has-payments');
      clinic.cardTerminal.next = 'lost';
      const inDoubt = await priced('10:00');
      await pay(inDoubt);
      await clinic.refuses(() => remove(null, inDoubt), 'appointment-has-payments');
      clinic.cardTerminal.next = 'declined';
      const declined = await priced('10:30');
      await expectCode(pay(declined), 'card-declined');
      await remove(null, declined);
    });

    it('is not found if it was deleted between the read and the lock', async () => {
      for (const since of [
        () => undefined,
        (found: Appointment) => enteredInError(found, clinic.clock.now()),
      ]) {
        const removeTwice = clinic.using({
          clinicUnitOfWork: clinic.withConcurrentChange(({ appointments }) => ({
            appointments: {
              ...appointments,
              lock: async (id) => since((await appointments.lock(id))!),
            },
          })),
        }).removeAppointment;
        const command = { caller: STAFF, appointmentId: booked.id, expectedVersion: null };
        await clinic.refuses(() => removeTwice(command), 'not-found');
      }
    });
  });

  describe('that is read', () => {
    const page = { limit: 10 };

    it('is visible to the patient and staff only', async () => {
      const read = { appointmentId: booked.id };
      expect(await clinic.viewAppointment({ ...read, caller: MEMBER })).to.deep.equal(booked);
      expect(clinic.rows.access.all()).to.deep.equal([]);
      for (const gone of [
        () => clinic.viewAppointment({ ...read, caller: OTHER }),
        () => clinic.viewAppointment({ appointmentId: UNKNOWN_ID, caller: STAFF }),
        () => clinic.listAppointmentHistory({ ...read, caller: OTHER, page }),
      ])
        await clinic.refuses(gone, 'not-found');
      await clinic.viewAppointment({ ...read, caller: STAFF });
      const history = await clinic.listAppointmentHistory({ ...read, caller: STAFF, page });
      expect(history.items).to.have.length(1);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'read-appointment', resource()],
        [STAFF.userId, 'read-appointment-history', `${resource()}/history`],
      ]);
    });

    it('of a patient without an account is visible to staff only', async () => {
      const { id: patientId } = await clinic.patient();
      const { id } = await clinic.book({ caller: STAFF, patientId, startsAt: monday('10:00') });
      await clinic.refuses(() => clinic.viewAppointment({ caller: MEMBER, appointmentId: id }), 'not-found');
    });

    it('is listed for its patient and for staff, whose access is logged once per patient', async () => {
      await clinic.book({ startsAt: monday('10:00') });
      const others = await clinic.book({ caller: OTHER, startsAt: monday('11:00') });
      const list = async (caller: typeof MEMBER, filter = {}) =>
        (await clinic.listAppointments({ caller, filter, page })).items.map(({ startsAt }) =>
          startsAt.getUTCHours(),
        );
      expect(await list(MEMBER)).to.deep.equal([9, 10]);
      expect(await list(OTHER)).to.deep.equal([11]);
      expect(await list(OTHER, { patientId: booked.patient.id })).to.deep.equal([]);
      expect(clinic.rows.access.all()).to.deep.equal([]);
      expect(await list(STAFF)).to.deep.equal([9, 10, 11]);
      for (const { patient } of [booked, others])
        expect(clinic.accesses(patient.id)).to.deep.equal([
          [STAFF.userId, 'list-appointments', '/v1/appointments'],
        ]);
      expect(await list(STAFF, { from: monday('12:00') })).to.deep.equal([]);
      expect(clinic.rows.access.all(), 'an empty list tells of nobody').to.have.length(2);
    });

    it('is logged as read even if the response is lost', async () => {
      const crash = new Error('the answer is lost');
      const lost = clinic.clinicUnitOfWork.run(async () => {
        await clinic.viewAppointment({ caller: STAFF, appointmentId: booked.id });
        throw crash;
      });
      expect(await rejection(lost)).to.equal(crash);
      expect(clinic.accesses(booked.patient.id)).to.have.length(1);
    });

    it('cannot be read if the access cannot be logged', async () => {
      const failing = new Error('the log is full');
      const { appointmentId, caller } = { appointmentId: booked.id, caller: STAFF };
      const view = clinic.using({ accessAuditor: () => Promise.reject(failing) }).viewAppointment;
      expect(await rejection(view({ appointmentId, caller }))).to.equal(failing);
    });
  });
});

describe('paying for an appointment', () => {
  let clinic: Clinic;
  let appointmentId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    appointmentId = (await clinic.book({ appointmentTypeId: await clinic.type({ price: eur(4500) }) })).id;
  });
  type Pay = Partial<Parameters<Clinic['payAppointment']>[0]>;
  const byCard = (changes: Pay = {}) =>
    clinic.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null, ...changes });
  const atDesk = (changes: Pay = {}) => byCard({ caller: STAFF, method: 'desk', ...changes });
  const payments = () => clinic.rows.payments.all();
  const statusOf = async () =>
    (await clinic.viewAppointment({ caller: MEMBER, appointmentId })).paymentStatus;
  const resume = () =>
    clinic.resumeAppointmentPayment({ caller: MEMBER, appointmentId, paymentId: payments()[0]!.id });
  const keysAreFree = () => clinic.keys().every(({ settled }) => settled);

  describe('at the desk', () => {
    it('posts the payment at once, with the member as payer', async () => {
      const paid = await atDesk();
      expect(paid.settled).to.equal(true);
      expect(paid.appointment.paymentStatus).to.equal('paid');
      const [payment] = payments();
      expect(payment).to.deep.include({
        appointmentId,
        method: 'desk',
        amount: 4500,
        currency: 'EUR',
        status: 'captured',
        cardLast4: null,
        requestHandle: null,
        createdBy: STAFF.userId,
      });
      expect(clinic.booked()).to.deep.equal([{ id: payment!.id, amount: 4500, payerId: MEMBER.userId }]);
      expect(clinic.accesses(paid.appointment.patient.id)).to.deep.equal([
        [STAFF.userId, 'pay-appointment', `/v1/appointments/${appointmentId}`],
      ]);
      expect(clinic.keys()).to.deep.equal([]);
    });

    it('posts the payment without a payer if the patient has no account', async () => {
      const { id: patientId } = await clinic.patient();
      const { id } = await clinic.book({
        caller: STAFF,
        patientId,
        startsAt: monday('10:00'),
        appointmentTypeId: await clinic.type({ price: eur(1) }),
      });
      await atDesk({ appointmentId: id });
      expect(clinic.booked().map(({ payerId }) => payerId)).to.deep.equal([null]);
    });

    it('is for staff, without a card, once, and for appointments with a price', async () => {
      const refused = (code: string, changes: Pay = {}) => clinic.refuses(() => atDesk(changes), code);
      expect(pointersOf(await refused('validation', { caller: MEMBER }))).to.deep.equal(['/method']);
      expect(pointersOf(await refused('validation', { cardId: UNKNOWN_ID }))).to.deep.equal(['/cardId']);
      await refused('not-found', { appointmentId: UNKNOWN_ID });
      const free = await clinic.book({ startsAt: monday('10:00') });
      await refused('not-payable', { appointmentId: free.id });
      await atDesk();
      await refused('already-paid');
      await clinic.cancel(appointmentId, STAFF);
      await refused('not-payable');
    });
  });

  describe('by card', () => {
    it('charges the patient’s card once with the payment id as key, and posts the payment', async () => {
      const paid = await byCard({ cardId: UNKNOWN_ID });
      expect(paid.settled).to.equal(true);
      expect(paid.appointment.paymentStatus).to.equal('paid');
      const [payment] = payments();
      expect(payment).to.deep.include({
        method: 'card',
        amount: 4500,
        currency: 'EUR',
        status: 'captured',
        cardLast4: '4242',
        requestHandle: `key of ${payment!.id}`,
        createdBy: MEMBER.userId,
      });
      expect([...clinic.cardTerminal.charges]).to.deep.equal([
        [payment!.id, { outcome: 'captured', amount: 4500, currency: 'EUR' }],
      ]);
      expect(clinic.cardTerminal.chosen).to.deep.equal([{ userId: MEMBER.userId, cardId: UNKNOWN_ID }]);
      expect(clinic.booked()).to.deep.equal([{ id: payment!.id, amount: 4500, payerId: MEMBER.userId }]);
    });

    it('by staff charges the patient’s card too, and is logged as an access', async () => {
      const { appointment } = await byCard({ caller: STAFF });
      expect(clinic.cardTerminal.chosen).to.deep.equal([{ userId: MEMBER.userId, cardId: null }]);
      expect(payments()[0]).to.include({ createdBy: STAFF.userId });
      expect(clinic.accesses(appointment.patient.id).map(([, action]) => action)).to.deep.equal([
        'pay-appointment',
      ]);
    });

    it('charges outside of a transaction, after the payment has committed', async () => {
      clinic.cardTerminal.meanwhile = async () => {
        expect(await statusOf()).to.equal('inDoubt');
        await clinic.refuses(() => atDesk(), 'payment-in-doubt');
        await clinic.refuses(() => byCard(), 'payment-in-doubt');
      };
      await byCard();
      expect(await statusOf()).to.equal('paid');
    });

    it('does not call the gateway without a price, a card or access to the appointment', async () => {
      const refused = (code: string, changes: Pay) => clinic.refuses(() => byCard(changes), code);
      await refused('not-found', { caller: OTHER });
      await refused('not-found', { appointmentId: UNKNOWN_ID });
      const free = await clinic.book({ startsAt: monday('10:00') });
      await refused('not-payable', { appointmentId: free.id });
      const { id: patientId } = await clinic.patient();
      const { id } = await clinic.book({
        caller: STAFF,
        patientId,
        startsAt: monday('11:00'),
        appointmentTypeId: await clinic.type({ price: eur(1) }),
      });
      await refused('no-card', { caller: STAFF, appointmentId: id });
      expect(clinic.cardTerminal.chosen).to.deep.equal([]);
      await atDesk();
      await refused('already-paid', {});
      expect(clinic.cardTerminal.charges.size).to.equal(0);
    });

    it('leaves the appointment unpaid and releases the key when the card is declined, and can be tried again', async () => {
      clinic.cardTerminal.next = 'declined';
      const error = await expectCode(byCard(), 'card-declined');
      expect(error.kind).to.equal('payment_refused');
      expect(error.details).to.deep.equal({ appointmentId });
      expect(await statusOf()).to.equal('unpaid');
      expect(clinic.booked()).to.deep.equal([]);
      expect(keysAreFree()).to.equal(true);
      await expectCode(resume(), 'card-declined');
      clinic.cardTerminal.next = 'captured';
      await byCard();
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined', 'captured']);
    });

    it('charges nothing when the gateway is unavailable', async () => {
      clinic.cardTerminal.failure = new DomainError('busy', 'gateway-unavailable', 'It is away.');
      expect(await rejection(byCard())).to.equal(clinic.cardTerminal.failure);
      expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
      expect(await statusOf()).to.equal('unpaid');
      expect(keysAreFree()).to.equal(true);
      const error = await expectCode(resume(), 'gateway-unavailable');
      expect(error.kind).to.equal('busy');
    });

    it('stays in doubt and keeps its key when the charge fails with an unknown error', async () => {
      clinic.cardTerminal.failure = new Error('socket hang up');
      expect(await rejection(byCard())).to.equal(clinic.cardTerminal.failure);
      expect(await statusOf()).to.equal('inDoubt');
      expect(clinic.keys().map(({ settled }) => settled)).to.deep.equal([false]);
      await expectCode(resume(), 'gateway-unavailable');
    });
  });

  describe('in doubt', () => {
    it('is settled once by the gateway’s answer after half a minute', async () => {
      clinic.cardTerminal.next = 'inDoubt';
      const asked = await byCard();
      expect(asked.settled).to.equal(false);
      expect(asked.appointment.paymentStatus).to.equal('inDoubt');
      expect(clinic.booked()).to.deep.equal([]);
      clinic.clock.advance(30 * SECOND);
      await clinic.reconcileAppointmentPayments();
      expect(await statusOf(), 'the request may still be at work').to.equal('inDoubt');
      clinic.clock.advance(1);
      await Promise.all([clinic.reconcileAppointmentPayments(), clinic.reconcileAppointmentPayments()]);
      expect(await statusOf()).to.equal('paid');
      expect(clinic.booked()).to.deep.equal([
        { id: payments()[0]!.id, amount: 4500, payerId: MEMBER.userId },
      ]);
      expect(keysAreFree()).to.equal(true);
      const answer = await resume();
      expect(answer.settled).to.equal(true);
      expect(answer.appointment.paymentStatus).to.equal('paid');
    });

    it('fails if the gateway does not know the charge after five minutes', async () => {
      clinic.cardTerminal.next = 'lost';
      await byCard();
      clinic.clock.advance(5 * MINUTE - 1);
      await clinic.reconcileAppointmentPayments();
      expect(await statusOf()).to.equal('inDoubt');
      expect(keysAreFree()).to.equal(false);
      clinic.clock.advance(1);
      await clinic.reconcileAppointmentPayments();
      expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
      expect(keysAreFree()).to.equal(true);
      await expectCode(resume(), 'gateway-unavailable');
      await atDesk();
    });

    it('is settled once, by the reconciliation job or by the request', async () => {
      clinic.cardTerminal.meanwhile = async () => {
        clinic.cardTerminal.charges.set(payments()[0]!.id, { outcome: 'captured', ...eur(4500) });
        clinic.clock.advance(MINUTE);
        await clinic.reconcileAppointmentPayments();
      };
      expect((await byCard()).settled).to.equal(true);
      expect(clinic.booked()).to.have.length(1);
    });

    it('is not posted if the reconciliation job finds it declined, even if the request gets another answer', async () => {
      clinic.cardTerminal.meanwhile = async () => {
        clinic.cardTerminal.charges.set(payments()[0]!.id, { outcome: 'declined', ...eur(4500) });
        clinic.clock.advance(MINUTE);
        await clinic.reconcileAppointmentPayments();
      };
      expect((await byCard()).appointment.paymentStatus).to.equal('unpaid');
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(clinic.booked()).to.deep.equal([]);
    });

    it('becomes captured after it failed if the charge arrives late', async () => {
      clinic.cardTerminal.meanwhile = async () => {
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileAppointmentPayments();
        expect(await statusOf()).to.equal('unpaid');
      };
      const paid = await byCard();
      expect(paid.settled).to.equal(true);
      expect(paid.appointment.paymentStatus).to.equal('paid');
      expect(clinic.booked()).to.have.length(1);
      await resume();
    });

    for (const [minutes, found] of [
      [15, 'unpaid'],
      [14, 'paid'],
    ] as const)
      it(`and given up is ${found} when its charge is found ${minutes} minutes later`, async () => {
        clinic.cardTerminal.next = 'lost';
        await byCard();
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileAppointmentPayments();
        clinic.clock.advance(minutes * MINUTE);
        await clinic.reconcileAppointmentPayments();
        expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
        clinic.cardTerminal.charges.set(payments()[0]!.id, { outcome: 'captured', ...eur(4500) });
        await clinic.reconcileAppointmentPayments();
        expect(await statusOf()).to.equal(found);
        expect(clinic.booked()).to.have.length(found === 'paid' ? 1 : 0);
      });

    it('stays failed if the appointment has another payment meanwhile', async () => {
      clinic.cardTerminal.meanwhile = async () => {
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileAppointmentPayments();
        await atDesk();
      };
      await byCard();
      expect(payments().map(({ method, status }) => `${method} ${status}`)).to.have.members([
        'card failed',
        'desk captured',
      ]);
      expect(clinic.booked()).to.have.length(1);
    });

    it('is settled later when the gateway’s response was lost', async () => {
      const crash = new Error('the answer is lost');
      const lost = clinic.clinicUnitOfWork.run(async () => {
        await byCard();
        throw crash;
      });
      expect(await rejection(lost)).to.equal(crash);
      expect(await statusOf()).to.equal('inDoubt');
      clinic.clock.advance(MINUTE);
      await clinic.reconcileAppointmentPayments();
      expect(await statusOf()).to.equal('paid');
    });

    it('is not refused when the gateway does not answer', async () => {
      clinic.cardTerminal.next = 'declined';
      await expectCode(
        clinic.clinicUnitOfWork.run(() => byCard()),
        'card-declined',
      );
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(keysAreFree()).to.equal(true);
    });

    it('is found declined, and nothing is posted', async () => {
      clinic.cardTerminal.next = 'lost';
      await byCard();
      clinic.cardTerminal.charges.set(payments()[0]!.id, { outcome: 'declined', ...eur(4500) });
      clinic.clock.advance(MINUTE);
      await clinic.reconcileAppointmentPayments();
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(clinic.booked()).to.deep.equal([]);
      await expectCode(resume(), 'card-declined');
    });
  });

  it('releases no key if the request had none', async () => {
    const clinicUnitOfWork = clinic.withConcurrentChange(() => ({
      idempotencyKey: { reserve: () => Promise.resolve(null) },
      idempotencyKeys: { release: () => Promise.reject(new Error('a key was released')) },
    }));
    const keyless = clinic.using({ clinicUnitOfWork });
    const pay = () => keyless.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null });
    clinic.cardTerminal.next = 'declined';
    await expectCode(pay(), 'card-declined');
    clinic.cardTerminal.next = 'inDoubt';
    await pay();
    clinic.clock.advance(MINUTE);
    await keyless.reconcileAppointmentPayments();
    expect(payments().map(({ status, requestHandle }) => [status, requestHandle])).to.deep.equal([
      ['declined', null],
      ['captured', null],
    ]);
  });

  it('logs the access when staff retry a settled payment', async () => {
    const { appointment } = await byCard();
    await clinic.resumeAppointmentPayment({ caller: STAFF, appointmentId, paymentId: payments()[0]!.id });
    expect(clinic.accesses(appointment.patient.id)).to.deep.equal([
      [STAFF.userId, 'pay-appointment', `/v1/appointments/${appointmentId}`],
    ]);
  });

  it('answers a retry with the appointment only if the payment was captured', async () => {
    await expectCode(
      clinic.resumeAppointmentPayment({ caller: MEMBER, appointmentId, paymentId: UNKNOWN_ID }),
      'gateway-unavailable',
    );
    await byCard();
    await expectCode(
      clinic.resumeAppointmentPayment({ caller: OTHER, appointmentId, paymentId: payments()[0]!.id }),
      'not-found',
    );
  });
});
