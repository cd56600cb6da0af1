import type { CompletePayment, PaymentMeans, ResolvePaymentMeans } from '../../kernel/billing.js';
import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Payment, PaymentMethod } from '../../kernel/payments.js';
import type { Practice } from '../../kernel/practice.js';
import type { Receivable } from '../../kernel/receivable.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { noCard, notPayable } from '../domain/errors.js';
import { assertPayable } from '../domain/receivable.js';
import { appointmentReceivable } from './appointment-receivable.js';
import { findVisible, lockVisible, viewWithAudit } from './appointment-support.js';
import type { AppointmentView, Caller, ClinicPorts, ClinicQueries } from './ports.js';

/** `settled` is false if the gateway did not answer; the reconciliation job settles the payment later. */
export type PaidAppointment = Readonly<{ appointment: AppointmentView; settled: boolean }>;

/**
 * Pays for an appointment: at the desk in one transaction, by card in two transactions with the gateway call between
 * them. Payments at the desk are for staff; a card payment uses a card of the patient.
 * not_found; conflict `not-payable`, `already-paid`, `payment-in-doubt`; payment_refused `card-declined`, `payment-failed`;
 * invalid `no-card`, `card-expired`, `card-payments-off`, `validation`.
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
  resolvePaymentMeans: ResolvePaymentMeans;
  completePayment: CompletePayment;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const ACTION = 'pay-appointment';

export const makePayAppointment = ({
  clinicUnitOfWork,
  clinicQueries,
  resolvePaymentMeans,
  completePayment,
  practice,
  clock,
  ids,
}: Dependencies): PayAppointment => {
  type Attempt = Readonly<{ caller: Caller; appointmentId: string; means: PaymentMeans }>;

  /** Records the payment of what is due, under the lock of the appointment. */
  async function collect(
    ports: ClinicPorts,
    { caller, appointmentId, means }: Attempt,
    { id, requestHandle }: Readonly<{ id: string; requestHandle: string | null }>,
  ): Promise<Readonly<{ payment: Payment; receivable: Receivable }>> {
    const appointment = await lockVisible(ports, caller, appointmentId);
    const receivable = await appointmentReceivable(ports, appointment, practice);
    assertPayable(receivable);
    const payment = await ports.billing.collect(receivable, { id, means, requestHandle, by: caller.userId });
    return { payment, receivable };
  }

  const view = (
    ports: ClinicPorts,
    { caller, appointmentId }: Attempt,
    { status }: Payment,
  ): Promise<PaidAppointment> =>
    viewWithAudit(ports, { caller, action: ACTION, appointmentId }, { clock, ids }).then((appointment) => ({
      appointment,
      settled: status === 'captured',
    }));

  const payAtDesk = (attempt: Attempt): Promise<PaidAppointment> =>
    clinicUnitOfWork.run(async (ports) => {
      const { payment } = await collect(ports, attempt, { id: ids.next(), requestHandle: null });
      return view(ports, attempt, payment);
    });

  async function payByCard(attempt: Attempt, token: string): Promise<PaidAppointment> {
    const { payment, receivable } = await clinicUnitOfWork.runInNewTransaction(async (ports) => {
      const id = ids.next();
      const requestHandle = await ports.idempotencyKey.reserve(id);
      return collect(ports, attempt, { id, requestHandle });
    });
    const { description } = receivable;
    const completed = await completePayment({ payment, token, description, by: attempt.caller.userId });
    return clinicUnitOfWork.run((ports) => view(ports, attempt, completed));
  }

  return async ({ caller, appointmentId, method, cardId }) => {
    if (method === 'desk') {
      if (!caller.isStaff)
        throw invalidField('/method', 'has to be card: money is taken at the desk by staff');
      if (cardId !== null) throw invalidField('/cardId', 'belongs to the method card');
      return payAtDesk({ caller, appointmentId, means: { method } });
    }
    const { patientUserId: payerId, price } = await findVisible(clinicQueries, caller, appointmentId);
    if (price === null) throw notPayable();
    if (payerId === null) throw noCard();
    const means = await resolvePaymentMeans({ payerId, choice: { method, cardId } });
    if (means.method === 'desk') throw new Error('a card was resolved to a payment at the desk');
    return payByCard({ caller, appointmentId, means }, means.token);
  };
};
