import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.js';
import { GatewayUnavailable } from '../../src/kernel/payment-gateway.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { openPayableAppointment, type Pay, payingFor } from './payable-appointment.js';
import { type Clinic, eur, MEMBER, monday, OTHER, STAFF, UNKNOWN_ID } from './world.js';

describe('paying for an appointment', () => {
  let clinic: Clinic;
  let appointmentId: string;
  beforeEach(async () => {
    ({ clinic, appointmentId } = await openPayableAppointment());
  });
  const { atDesk, byCard, keysAreFree, payments, resume, statusOf } = payingFor(() => ({
    clinic,
    appointmentId,
  }));

  describe('at the desk', () => {
    it('posts the payment at once, with the member as payer', async () => {
      const paid = await atDesk();
      expect(paid.settled).to.equal(true);
      expect(paid.appointment.paymentStatus).to.equal('paid');
      const [payment] = payments();
      expect(payment).to.deep.include({
        origin: { type: 'appointment', id: appointmentId },
        payerId: MEMBER.userId,
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
        requestHandle: null,
        createdBy: MEMBER.userId,
      });
      expect([...clinic.gateway.charges]).to.deep.equal([
        [payment!.id, { outcome: 'captured', amount: 4500, currency: 'EUR' }],
      ]);
      expect(clinic.chosen).to.deep.equal([{ userId: MEMBER.userId, cardId: UNKNOWN_ID }]);
      expect(clinic.booked()).to.deep.equal([{ id: payment!.id, amount: 4500, payerId: MEMBER.userId }]);
    });

    it('by staff charges the patient’s card too, and is logged as an access', async () => {
      const { appointment } = await byCard({ caller: STAFF });
      expect(clinic.chosen).to.deep.equal([{ userId: MEMBER.userId, cardId: null }]);
      expect(payments()[0]).to.include({ createdBy: STAFF.userId });
      expect(clinic.accesses(appointment.patient.id).map(([, action]) => action)).to.deep.equal([
        'pay-appointment',
      ]);
    });

    it('charges outside of a transaction, after the payment has committed', async () => {
      clinic.gateway.meanwhile = async () => {
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
      expect(clinic.chosen).to.deep.equal([]);
      await atDesk();
      await refused('already-paid', {});
      expect(clinic.gateway.charges.size).to.equal(0);
    });

    it('leaves the appointment unpaid and releases the key when the card is declined, and can be tried again', async () => {
      clinic.gateway.next = 'declined';
      const error = await expectCode(byCard(), 'card-declined');
      expect(error.kind).to.equal('payment_refused');
      expect(error.details).to.deep.equal({ appointmentId });
      expect(await statusOf()).to.equal('unpaid');
      expect(clinic.booked()).to.deep.equal([]);
      expect(keysAreFree()).to.equal(true);
      await expectCode(resume(), 'card-declined');
      clinic.gateway.next = 'captured';
      await byCard();
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined', 'captured']);
    });

    it('charges nothing when the gateway is unavailable', async () => {
      clinic.gateway.failure = new GatewayUnavailable();
      await expectCode(byCard(), 'payment-failed');
      expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
      expect(await statusOf()).to.equal('unpaid');
      expect(keysAreFree()).to.equal(true);
      const error = await expectCode(resume(), 'payment-failed');
      expect(error.details).to.deep.equal({ appointmentId });
    });

    it('stays in doubt and keeps its key when the charge fails with an unknown error', async () => {
      clinic.gateway.failure = new Error('socket hang up');
      expect(await rejection(byCard())).to.equal(clinic.gateway.failure);
      expect(await statusOf()).to.equal('inDoubt');
      expect(clinic.keys().map(({ settled }) => settled)).to.deep.equal([false]);
    });
  });

  it('releases no key if the request had none', async () => {
    const clinicUnitOfWork = clinic.withConcurrentChange(() => ({
      idempotencyKey: { reserve: () => Promise.resolve(null) },
    }));
    const keyless = clinic.using({ clinicUnitOfWork });
    const pay = () => keyless.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null });
    clinic.gateway.next = 'declined';
    await expectCode(pay(), 'card-declined');
    clinic.gateway.next = 'inDoubt';
    await pay();
    clinic.clock.advance(MINUTE);
    await keyless.reconcileBilledPayments();
    expect(payments().map(({ status }) => status)).to.deep.equal(['declined', 'captured']);
    expect(clinic.keys()).to.deep.equal([]);
  });

  it('logs the access when staff retry a settled payment', async () => {
    const { appointment } = await byCard();
    await clinic.resumeAppointmentPayment({ caller: STAFF, appointmentId, paymentId: payments()[0]!.id });
    expect(clinic.accesses(appointment.patient.id)).to.deep.equal([
      [STAFF.userId, 'pay-appointment', `/v1/appointments/${appointmentId}`],
    ]);
  });

  it('answers a retry to those who may see the appointment', async () => {
    await byCard();
    await expectCode(
      clinic.resumeAppointmentPayment({ caller: OTHER, appointmentId, paymentId: payments()[0]!.id }),
      'not-found',
    );
  });
});
