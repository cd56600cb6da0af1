import type { Clock } from '../../kernel/clock.js';
import { blocksNewPayment, type Payment, settlePayment } from '../domain/payment.js';
import type { ClinicPorts } from './ports.js';

/** The member that the patient file belongs to: bank statements may name the payer. */
export const payerOf = async (
  { patients }: Pick<ClinicPorts, 'patients'>,
  appointment: Readonly<{ patientId: string }> | undefined,
): Promise<string | null> =>
  appointment === undefined ? null : ((await patients.find(appointment.patientId))?.userId ?? null);

/**
 * Settles a payment and posts it to the ledger in the same transaction. A settled payment stays as it is, with one
 * exception: a failed charge that was captured after all becomes captured, unless the appointment has another payment by
 * now. That happens if the process was suspended before it called the gateway.
 */
export async function settlePaymentWithin(
  { appointments, appointmentPayments, appointmentBooks, patients }: ClinicPorts,
  paymentId: string,
  status: 'captured' | 'declined' | 'failed',
  clock: Clock,
): Promise<Payment> {
  const known = await appointmentPayments.find(paymentId);
  if (known === undefined) throw new Error(`no payment ${paymentId}`);
  const appointment = await appointments.lock(known.appointmentId);
  const payment = await appointmentPayments.lock(paymentId);
  if (payment === undefined) throw new Error(`no payment ${paymentId}`);
  const settled = settlePayment(payment, status, clock.now());
  if (settled === payment) return payment;
  if (
    payment.status === 'failed' &&
    (await appointmentPayments.of(payment.appointmentId)).some(blocksNewPayment)
  )
    return payment;
  await appointmentPayments.save(settled);
  if (status === 'captured') await appointmentBooks.book(settled, await payerOf({ patients }, appointment));
  return settled;
}
