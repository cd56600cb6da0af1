import type { Clock } from '../../kernel/clock.js';
import { blocksNewPayment, type Payment, settlePayment } from '../domain/payment.js';
import type { ClinicPorts } from './ports.js';

/** The member whose file the patient's is: the bank may name who paid. */
export const payerOf = async (
  { patients }: Pick<ClinicPorts, 'patients'>,
  appointment: Readonly<{ patientId: string }> | undefined,
): Promise<string | null> =>
  appointment === undefined ? null : ((await patients.find(appointment.patientId))?.userId ?? null);

/**
 * Brings a payment to its end, in the transaction that tells the books. What was settled before stays as it is, but for a
 * charge that was given up and arrived after all, say of a process that was suspended before it asked: it counts, unless
 * the appointment is being paid otherwise since.
 */
export async function settle(
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
