import { expect } from 'chai';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { type Clinic, eur, MEMBER, monday, openClinic, STAFF, UNKNOWN_ID } from './world.js';

describe('refunds of an appointment', () => {
  let clinic: Clinic;
  let appointmentId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    appointmentId = (await clinic.book({ appointmentTypeId: await clinic.type({ price: eur(4500) }) })).id;
  });
  const pay = (method: 'card' | 'desk', id = appointmentId) =>
    clinic.payAppointment({
      caller: method === 'card' ? MEMBER : STAFF,
      appointmentId: id,
      method,
      cardId: null,
    });
  const refund = (changes: Partial<Parameters<Clinic['refundAppointment']>[0]> = {}) =>
    clinic.refundAppointment({
      caller: STAFF,
      appointmentId,
      amount: eur(4500),
      reason: 'The doctor was ill.',
      method: null,
      ...changes,
    });
  const payOut = (index = 0) =>
    clinic.payOutRefund({ refundId: clinic.refunds()[index]!.id, by: STAFF.userId });
  const refunds = () => clinic.refunds().map(({ method, amount, status }) => [method, amount, status]);
  const balance = () => clinic.booked().reduce((sum, { amount }) => sum + amount, 0);
  const statusOf = async () =>
    (await clinic.viewAppointment({ caller: MEMBER, appointmentId })).paymentStatus;

  it('to a card are sent by the gateway, and posted when it has sent them', async () => {
    await pay('card');
    const { paymentStatus } = await refund({ amount: eur(500) });
    expect(paymentStatus).to.equal('paid');
    expect(refunds()).to.deep.equal([['card', 500, 'pending']]);
    expect(balance()).to.equal(4500);
    await clinic.runRefundJobs();
    await clinic.runRefundJobs();
    expect(refunds()).to.deep.equal([['card', 500, 'succeeded']]);
    expect([...clinic.gateway.refunds.values()]).to.deep.equal([
      { chargeKey: clinic.payments()[0]!.id, amount: 500 },
    ]);
    expect([balance(), await statusOf()]).to.deep.equal([4000, 'partlyRefunded']);
  });

  it('at the desk are pending, and not in the books, until staff pay them out', async () => {
    await pay('desk');
    await refund();
    expect([refunds(), balance()]).to.deep.equal([[['desk', 4500, 'pending']], 4500]);
    await payOut();
    expect([refunds(), balance()]).to.deep.equal([[['desk', 4500, 'succeeded']], 0]);
    expect(clinic.refunds()[0]).to.include({ paidOutBy: STAFF.userId });
    await clinic.refuses(() => payOut(), 'refund-not-pending');
    expect(await statusOf()).to.equal('refunded');
  });

  it('in full make the appointment payable again', async () => {
    await pay('desk');
    await clinic.refuses(() => pay('desk'), 'already-paid');
    await refund();
    await payOut();
    await pay('card');
    expect([balance(), await statusOf()]).to.deep.equal([4500, 'paid']);
  });

  it('never exceed what was paid; pending ones count', async () => {
    await clinic.refuses(() => refund(), 'refund-exceeds-captured');
    await pay('card');
    await refund({ amount: eur(4000) });
    const error = await clinic.refuses(() => refund({ amount: eur(501) }), 'refund-exceeds-captured');
    expect(error.details).to.deep.equal({ refundable: eur(500) });
  });

  it('that the gateway refuses leave the money refundable, also at the desk', async () => {
    await pay('card');
    await refund();
    clinic.gateway.nextRefund = 'failed';
    await clinic.runRefundJobs();
    expect([refunds(), balance()]).to.deep.equal([[['card', 4500, 'failed']], 4500]);
    await clinic.refuses(() => payOut(), 'refund-not-pending');
    await refund({ method: 'desk' });
    await payOut(1);
    expect([balance(), await statusOf()]).to.deep.equal([0, 'refunded']);
  });

  it('are sent later when the gateway does not answer', async () => {
    await pay('card');
    await refund();
    clinic.gateway.nextRefund = 'inDoubt';
    await expectRefundUnsettled();
    clinic.gateway.nextRefund = 'succeeded';
    clinic.clock.advance(31_000);
    await clinic.reconcileBilledPayments();
    expect([refunds(), balance()]).to.deep.equal([[['card', 4500, 'succeeded']], 0]);
  });
  const expectRefundUnsettled = async (): Promise<void> => {
    const failure = await clinic.runRefundJobs().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.have.property('name', 'RefundUnsettled');
  };

  it('are for staff’s eyes, of at least one minor unit, in the practice’s currency', async () => {
    await pay('card');
    const refused = async (code: string, changes: Parameters<typeof refund>[0]) =>
      pointersOf(await clinic.refuses(() => refund(changes), code));
    expect(await refused('validation', { amount: eur(0) })).to.deep.equal(['/amount/amount']);
    await refused('currency-mismatch', { amount: { amount: 1, currency: 'USD' } });
    await refused('not-found', { appointmentId: UNKNOWN_ID });
  });

  describe('that does not take place', () => {
    it('are requested in full when it is cancelled', async () => {
      await pay('card');
      await clinic.cancel(appointmentId);
      expect(refunds()).to.deep.equal([['card', 4500, 'pending']]);
      await clinic.runRefundJobs();
      expect([balance(), await statusOf()]).to.deep.equal([0, 'refunded']);
    });

    it('are requested in full when staff decline it', async () => {
      const typeId = await clinic.type({ price: eur(4500), needsApproval: true });
      const { id } = await clinic.book({ appointmentTypeId: typeId, startsAt: monday('10:00') });
      await pay('desk', id);
      await clinic.advance(id, 'declined');
      expect(refunds()).to.deep.equal([['desk', 4500, 'pending']]);
    });

    it('are requested in full when the patient is anonymised', async () => {
      await pay('card');
      const { patient } = await clinic.viewAppointment({ caller: MEMBER, appointmentId });
      await clinic.anonymisePatient({
        actorId: STAFF.userId,
        patientId: patient.id,
        expectedVersion: undefined,
      });
      expect(refunds()).to.deep.equal([['card', 4500, 'pending']]);
    });

    it('are none when nothing was paid', async () => {
      await clinic.cancel(appointmentId);
      expect(refunds()).to.deep.equal([]);
    });

    it('wait for the outcome of a payment: neither cancelling nor declining is possible in doubt', async () => {
      const typeId = await clinic.type({ price: eur(4500), needsApproval: true });
      const { id } = await clinic.book({ appointmentTypeId: typeId, startsAt: monday('10:00') });
      clinic.gateway.next = 'inDoubt';
      await pay('card');
      await clinic.refuses(() => clinic.cancel(appointmentId), 'payment-in-doubt');
      await pay('card', id);
      await clinic.refuses(() => clinic.advance(id, 'declined'), 'payment-in-doubt');
      clinic.clock.advance(31_000);
      await clinic.reconcileBilledPayments();
      await clinic.cancel(appointmentId);
      expect(refunds()).to.deep.equal([['card', 4500, 'pending']]);
    });
  });
});

describe('payments and refunds', () => {
  it('are seen by their payer and by staff', async () => {
    const clinic = await openClinic();
    const appointmentId = (await clinic.book({ appointmentTypeId: await clinic.type({ price: eur(1) }) })).id;
    await clinic.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null });
    await clinic.cancel(appointmentId);
    const [paymentId, refundId] = [clinic.payments()[0]!.id, clinic.refunds()[0]!.id];
    const stranger = { userId: UNKNOWN_ID, isStaff: false };
    const page = { limit: 10 };
    for (const caller of [MEMBER, STAFF]) {
      expect((await clinic.viewPayment({ caller, paymentId })).id).to.equal(paymentId);
      expect((await clinic.viewRefund({ caller, refundId })).id).to.equal(refundId);
      expect((await clinic.listPayments({ caller, filter: {}, page })).items).to.have.length(1);
      expect((await clinic.listRefunds({ caller, filter: {}, page })).items).to.have.length(1);
    }
    await expectCode(clinic.viewPayment({ caller: stranger, paymentId }), 'not-found');
    await expectCode(clinic.viewRefund({ caller: stranger, refundId }), 'not-found');
    expect((await clinic.listPayments({ caller: stranger, filter: {}, page })).items).to.deep.equal([]);
    expect((await clinic.listRefunds({ caller: stranger, filter: {}, page })).items).to.deep.equal([]);
  });
});
