import type { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { cardDeclined, noCard, notPayable } from '../domain/errors.js';
import { amountDue, newPayment, type Payment } from '../domain/payment.js';
import { findVisible, lockVisible, viewWithAudit } from './appointment-support.js';
import type {
  AppointmentView,
  Caller,
  CardTerminal,
  ChargeableCard,
  ClinicPorts,
  ClinicQueries,
  PaymentMethod,
} from './ports.js';
import { payerOf, settlePaymentWithin } from './settle-payment.js';

/** `settled` is false if the gateway did not answer; the reconciliation job settles the payment later. */
export type PaidAppointment = Readonly<{ appointment: AppointmentView; settled: boolean }>;

/**
 * Pays for an appointment: at the desk in one transaction, by card in two transactions with the gateway call between
 * them. Payments at the desk are for staff; a card payment uses a card of the patient.
 * not_found; conflict `not-payable`, `already-paid`, `payment-in-doubt`; payment_refused `card-declined`;
 * invalid `no-card`, `card-expired`, `card-payments-off`, `validation`; busy `gateway-unavailable`.
 */
export type PayAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    method: PaymentMethod;
    cardId: string | null;
  }>,
) => Promise<PaidAppointment>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clinicQueries: ClinicQueries;
  cardTerminal: CardTerminal;
  clock: Clock;
  ids: IdGenerator;
}>;

export const ACTION = 'pay-appointment';

export const makePayAppointment = ({
  clinicUnitOfWork,
  clinicQueries,
  cardTerminal,
  clock,
  ids,
}: Dependencies): PayAppointment => {
  const viewPaid = (ports: ClinicPorts, caller: Caller, appointmentId: string): Promise<AppointmentView> =>
    viewWithAudit(ports, { caller, action: ACTION, appointmentId }, { clock, ids });

  const payAtDesk = (caller: Caller, appointmentId: string): Promise<PaidAppointment> =>
    clinicUnitOfWork.run(async (ports) => {
      const appointment = await lockVisible(ports, caller, appointmentId);
      const { amount, currency } = amountDue(appointment, await ports.appointmentPayments.of(appointmentId));
      const desk = { id: ids.next(), appointmentId, method: 'desk' as const, amount, currency };
      const payment = newPayment(
        { ...desk, cardLast4: null, requestHandle: null, createdBy: caller.userId },
        'captured',
        clock.now(),
      );
      await ports.appointmentPayments.insert(payment);
      await ports.appointmentBooks.book(payment, await payerOf(ports, appointment));
      return { appointment: await viewPaid(ports, caller, appointmentId), settled: true };
    });

  /** The first transaction: records the payment before the gateway is called. */
  const begin = (caller: Caller, appointmentId: string, card: ChargeableCard): Promise<Payment> =>
    clinicUnitOfWork.runInNewTransaction(async (ports) => {
      const id = ids.next();
      const requestHandle = await ports.idempotencyKey.reserve(id);
      const appointment = await lockVisible(ports, caller, appointmentId);
      const { amount, currency } = amountDue(appointment, await ports.appointmentPayments.of(appointmentId));
      const payment = newPayment(
        {
          id,
          appointmentId,
          method: 'card',
          amount,
          currency,
          cardLast4: card.last4,
          requestHandle,
          createdBy: caller.userId,
        },
        'processing',
        clock.now(),
      );
      await ports.appointmentPayments.insert(payment);
      return payment;
    });

  /** Commits the refusal and releases the key, because the use case then throws. */
  const refuse = (payment: Payment, status: 'declined' | 'failed'): Promise<Payment> =>
    clinicUnitOfWork.runInNewTransaction(async (ports) => {
      const settled = await settlePaymentWithin(ports, payment.id, status, clock);
      if (payment.requestHandle !== null) await ports.idempotencyKeys.release(payment.requestHandle);
      return settled;
    });

  async function payByCard(
    caller: Caller,
    appointmentId: string,
    card: ChargeableCard,
  ): Promise<PaidAppointment> {
    const payment = await begin(caller, appointmentId, card);
    const { id: key, amount, currency } = payment;
    let outcome: 'captured' | 'declined' | 'inDoubt';
    try {
      outcome = await cardTerminal.charge({ key, card, amount: { amount, currency } });
    } catch (error) {
      // A DomainError means that nothing was charged. After any other error the reconciliation job asks the gateway.
      if (error instanceof DomainError) await refuse(payment, 'failed');
      throw error;
    }
    if (outcome === 'declined') {
      await refuse(payment, 'declined');
      throw cardDeclined(appointmentId);
    }
    return clinicUnitOfWork.run(async (ports) => {
      if (outcome === 'captured') await settlePaymentWithin(ports, payment.id, 'captured', clock);
      return {
        appointment: await viewPaid(ports, caller, appointmentId),
        settled: outcome === 'captured',
      };
    });
  }

  return async ({ caller, appointmentId, method, cardId }) => {
    if (method === 'desk') {
      if (!caller.isStaff)
        throw invalidField('/method', 'has to be card: money is taken at the desk by staff');
      if (cardId !== null) throw invalidField('/cardId', 'belongs to the method card');
      return payAtDesk(caller, appointmentId);
    }
    const { patientUserId, paymentStatus } = await findVisible(clinicQueries, caller, appointmentId);
    if (paymentStatus === null) throw notPayable();
    if (patientUserId === null) throw noCard();
    return payByCard(caller, appointmentId, await cardTerminal.cardOf(patientUserId, cardId));
  };
};
