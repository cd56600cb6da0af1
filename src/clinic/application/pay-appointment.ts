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
import { payerOf, settle } from './settle-payment.js';

/** `settled` false: the gateway has not answered; the reconciler finds out what it did. */
export type PaidAppointment = Readonly<{ appointment: AppointmentView; settled: boolean }>;

/**
 * Takes the price of an appointment, once: at the desk in one transaction with the books, by card in two with the
 * gateway between them. Desk is for staff; a card is the patient's own.
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
  const view = (ports: ClinicPorts, caller: Caller, appointmentId: string): Promise<AppointmentView> =>
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
      return { appointment: await view(ports, caller, appointmentId), settled: true };
    });

  /** First transaction: what is about to be charged is on record before anybody is asked for money. */
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

  /** A refusal commits by itself and lets go of the key: the error that follows is the answer to keep. */
  const refuse = (payment: Payment, status: 'declined' | 'failed'): Promise<Payment> =>
    clinicUnitOfWork.runInNewTransaction(async (ports) => {
      const settled = await settle(ports, payment.id, status, clock);
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
      // A refusal says that nothing was charged; after anything else nobody knows, and the reconciler asks.
      if (error instanceof DomainError) await refuse(payment, 'failed');
      throw error;
    }
    if (outcome === 'declined') {
      await refuse(payment, 'declined');
      throw cardDeclined(appointmentId);
    }
    return clinicUnitOfWork.run(async (ports) => {
      if (outcome === 'captured') await settle(ports, payment.id, 'captured', clock);
      return {
        appointment: await view(ports, caller, appointmentId),
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
