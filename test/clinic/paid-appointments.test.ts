import { expect } from 'chai';
import { DAY, MINUTE, plus, SECOND } from '../../src/kernel/clock.js';
import { reminderSubject } from '../../src/clinic/application/mails.js';
import { pointersOf } from '../support/expect-code.js';
import { type Clinic, eur, MEMBER, monday, openClinic, STAFF } from './world.js';

describe('a priced appointment', () => {
  let clinic: Clinic;
  let appointmentId: string;
  let colleagueId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    colleagueId = await clinic.doctor({ name: 'Dr. Jana Roth' }, []);
    appointmentId = (await clinic.book({ appointmentTypeId: await clinic.type({ price: eur(4500) }) })).id;
  });
  type Move = Parameters<Clinic['rescheduleAppointment']>[0];
  const move = (changes: Partial<Move> = {}) =>
    clinic.rescheduleAppointment({
      caller: STAFF,
      appointmentId,
      startsAt: monday('09:00'),
      doctorId: colleagueId,
      overrideHours: true,
      expectedVersion: undefined,
      ...changes,
    });
  const pay = (method: 'desk' | 'card') =>
    clinic.payAppointment({ caller: STAFF, appointmentId, method, cardId: null });
  const step = { caller: STAFF, expectedVersion: undefined };

  it('keeps its payment when staff move it to a colleague, outside of the colleague’s hours too', async () => {
    await pay('desk');
    clinic.goTo(plus(monday('09:00'), -5 * MINUTE));
    await clinic.refuses(() => move({ overrideHours: false }), 'outside-availability');
    const moved = await move();
    expect(moved).to.deep.include({
      id: appointmentId,
      doctor: { id: colleagueId, name: 'Dr. Jana Roth' },
      price: eur(4500),
      paymentStatus: 'paid',
    });
    expect(clinic.payments()).to.have.length(1);
    expect(clinic.booked()).to.have.length(1);
    await clinic.refuses(() => pay('desk'), 'already-paid');
  });

  it('can be moved while its card payment is in doubt, which is then settled', async () => {
    clinic.gateway.next = 'inDoubt';
    await pay('card');
    expect((await move()).paymentStatus).to.equal('inDoubt');
    clinic.clock.advance(MINUTE);
    await clinic.reconcileBilledPayments();
    expect((await clinic.viewAppointment({ caller: STAFF, appointmentId })).paymentStatus).to.equal('paid');
  });

  it('can be moved by staff on the same day when the patient has arrived, without a mail', async () => {
    await pay('desk');
    await clinic.advance(appointmentId, 'arrived');
    const mails = clinic.mails(appointmentId).length;
    const later = await clinic.refuses(() => move({ startsAt: plus(monday('09:00'), DAY) }), 'validation');
    expect(pointersOf(later)).to.deep.equal(['/startsAt']);
    await clinic.refuses(() => move({ caller: MEMBER, overrideHours: false }), 'invalid-transition');
    expect(await move({ startsAt: monday('09:20') })).to.include({
      status: 'arrived',
      paymentStatus: 'paid',
    });
    expect(clinic.mails(appointmentId)).to.have.length(mails);
    await clinic.advance(appointmentId, 'fulfilled');
  });

  it('is moved at any hour by staff alone, and never onto another appointment', async () => {
    expect(pointersOf(await clinic.refuses(() => move({ caller: MEMBER }), 'validation'))).to.deep.equal([
      '/overrideHours',
    ]);
    const patient = await clinic.patient();
    await clinic.book({ caller: STAFF, patientId: patient.id, doctorId: colleagueId, overrideHours: true });
    await clinic.refuses(() => move(), 'slot-taken');
  });

  it('is neither cancelled nor declined while a payment is in doubt', async () => {
    const typeId = await clinic.type({ price: eur(4500), needsApproval: true });
    const requested = await clinic.book({ appointmentTypeId: typeId, startsAt: monday('10:00') });
    clinic.gateway.next = 'inDoubt';
    await pay('card');
    await clinic.payAppointment({
      caller: MEMBER,
      appointmentId: requested.id,
      method: 'card',
      cardId: null,
    });
    await clinic.refuses(() => clinic.cancel(appointmentId), 'payment-in-doubt');
    await clinic.refuses(() => clinic.cancel(requested.id), 'payment-in-doubt');
    await clinic.refuses(() => clinic.advance(requested.id, 'declined'), 'payment-in-doubt');
    clinic.clock.advance(30 * SECOND + 1);
    await clinic.reconcileBilledPayments();
    expect(await clinic.cancel(appointmentId)).to.include({ status: 'cancelled' });
    expect(
      (await clinic.advanceAppointment({ ...step, appointmentId: requested.id, to: 'declined' })).status,
    ).to.equal('declined');
  });
});

describe('the subject of a reminder', () => {
  it('names today or tomorrow, whenever it is sent', () => {
    expect(reminderSubject('2026-11-23', '2026-11-22')).to.equal('Your appointment tomorrow');
    expect(reminderSubject('2026-11-23', '2026-11-23')).to.equal('Your appointment today');
    expect(reminderSubject('2026-11-23', '2026-11-20')).to.equal('Your appointment');
    expect(reminderSubject('2027-01-01', '2026-12-31')).to.equal('Your appointment tomorrow');
  });
});
