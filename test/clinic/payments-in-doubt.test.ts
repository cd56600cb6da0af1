import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { openPayableAppointment, payingFor } from './payable-appointment.js';
import { type Clinic, eur, MEMBER, monday } from './world.js';

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

  describe('in doubt', () => {
    it('is settled once by the gateway’s answer after half a minute', async () => {
      clinic.gateway.next = 'inDoubt';
      const asked = await byCard();
      expect(asked.settled).to.equal(false);
      expect(asked.appointment.paymentStatus).to.equal('inDoubt');
      expect(clinic.booked()).to.deep.equal([]);
      clinic.clock.advance(30 * SECOND);
      await clinic.reconcileBilledPayments();
      expect(await statusOf(), 'the request may still be at work').to.equal('inDoubt');
      clinic.clock.advance(1);
      await Promise.all([clinic.reconcileBilledPayments(), clinic.reconcileBilledPayments()]);
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
      clinic.gateway.next = 'lost';
      await byCard();
      clinic.clock.advance(5 * MINUTE - 1);
      await clinic.reconcileBilledPayments();
      expect(await statusOf()).to.equal('inDoubt');
      expect(keysAreFree()).to.equal(false);
      clinic.clock.advance(1);
      await clinic.reconcileBilledPayments();
      expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
      expect(keysAreFree()).to.equal(true);
      await expectCode(resume(), 'payment-failed');
      await atDesk();
    });

    it('is settled once, by the reconciliation job or by the request', async () => {
      clinic.gateway.meanwhile = async () => {
        clinic.gateway.charges.set(payments()[0]!.id, { outcome: 'captured', ...eur(4500) });
        clinic.clock.advance(MINUTE);
        await clinic.reconcileBilledPayments();
      };
      expect((await byCard()).settled).to.equal(true);
      expect(clinic.booked()).to.have.length(1);
    });

    it('is not posted if the reconciliation job finds it declined before the request does', async () => {
      clinic.gateway.meanwhile = async () => {
        clinic.gateway.charges.set(payments()[0]!.id, { outcome: 'declined', ...eur(4500) });
        clinic.clock.advance(MINUTE);
        await clinic.reconcileBilledPayments();
      };
      await expectCode(byCard(), 'card-declined');
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(clinic.booked()).to.deep.equal([]);
    });

    it('becomes captured after it failed if the charge arrives late', async () => {
      clinic.gateway.meanwhile = async () => {
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileBilledPayments();
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
      it(`leaves the appointment ${found} when its charge is found ${minutes} minutes after the payment failed`, async () => {
        clinic.gateway.next = 'lost';
        await byCard();
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileBilledPayments();
        clinic.clock.advance(minutes * MINUTE);
        await clinic.reconcileBilledPayments();
        expect(payments().map(({ status }) => status)).to.deep.equal(['failed']);
        clinic.gateway.charges.set(payments()[0]!.id, { outcome: 'captured', ...eur(4500) });
        await clinic.reconcileBilledPayments();
        expect(await statusOf()).to.equal(found);
        expect(clinic.booked()).to.have.length(found === 'paid' ? 1 : 0);
      });

    it('is refunded when it is captured after the appointment was paid otherwise', async () => {
      clinic.gateway.meanwhile = async () => {
        clinic.clock.advance(5 * MINUTE);
        await clinic.reconcileBilledPayments();
        await atDesk();
      };
      await byCard();
      expect(payments().map(({ method, status }) => `${method} ${status}`)).to.have.members([
        'card captured',
        'desk captured',
      ]);
      expect(clinic.refunds().map(({ method, amount, status }) => [method, amount, status])).to.deep.equal([
        ['card', 4500, 'pending'],
      ]);
      await clinic.runRefundJobs();
      expect(clinic.refunds().map(({ status }) => status)).to.deep.equal(['succeeded']);
      expect(clinic.booked().map(({ amount }) => amount)).to.have.members([4500, 4500, -4500]);
      expect(await statusOf()).to.equal('paid');
    });

    it('is refunded when it is captured after the appointment was declined', async () => {
      const typeId = await clinic.type({ price: eur(4500), needsApproval: true });
      const { id } = await clinic.book({ appointmentTypeId: typeId, startsAt: monday('10:00') });
      clinic.gateway.next = 'lost';
      await byCard({ appointmentId: id });
      clinic.clock.advance(5 * MINUTE);
      await clinic.reconcileBilledPayments();
      await clinic.advance(id, 'declined');
      clinic.gateway.charges.set(payments()[0]!.id, { outcome: 'captured', ...eur(4500) });
      await clinic.reconcileBilledPayments();
      await clinic.runRefundJobs();
      expect(clinic.refunds().map(({ amount, status }) => [amount, status])).to.deep.equal([
        [4500, 'succeeded'],
      ]);
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
      await clinic.reconcileBilledPayments();
      expect(await statusOf()).to.equal('paid');
    });

    it('is not refused when the gateway does not answer', async () => {
      clinic.gateway.next = 'declined';
      await expectCode(
        clinic.clinicUnitOfWork.run(() => byCard()),
        'card-declined',
      );
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(keysAreFree()).to.equal(true);
    });

    it('is found declined, and nothing is posted', async () => {
      clinic.gateway.next = 'lost';
      await byCard();
      clinic.gateway.charges.set(payments()[0]!.id, { outcome: 'declined', ...eur(4500) });
      clinic.clock.advance(MINUTE);
      await clinic.reconcileBilledPayments();
      expect(payments().map(({ status }) => status)).to.deep.equal(['declined']);
      expect(clinic.booked()).to.deep.equal([]);
      await expectCode(resume(), 'card-declined');
    });
  });
});
