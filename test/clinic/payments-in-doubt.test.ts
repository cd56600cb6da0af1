import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { openPayableAppointment, payingFor } from './payable-appointment.js';
import { type Clinic, eur, MEMBER } from './world.js';

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
      it(`leaves the appointment ${found} when its charge is found ${minutes} minutes after the payment failed`, async () => {
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
});
