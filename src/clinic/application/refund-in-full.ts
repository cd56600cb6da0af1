import { isProcessing } from '../../kernel/payments.js';
import type { Practice } from '../../kernel/practice.js';
import { paymentInDoubt } from '../domain/errors.js';
import { APPOINTMENT_ORIGIN } from '../domain/receivable.js';
import { appointmentReceivable } from './appointment-receivable.js';
import type { Appointment, ClinicPorts } from './ports.js';

type Ports = Pick<ClinicPorts, 'billing' | 'patients'>;

/** conflict `payment-in-doubt`: the card may have been charged, and only the outcome tells what to refund. */
export async function assertNoPaymentInDoubt(
  { billing }: Pick<ClinicPorts, 'billing'>,
  { id, price }: Appointment,
): Promise<void> {
  if (price === null) return;
  const { payments } = await billing.historyOf({ type: APPOINTMENT_ORIGIN, id });
  if (payments.some(isProcessing)) throw paymentInDoubt();
}

/** Refunds what was paid for an appointment that does not take place. */
export async function refundInFull(
  ports: Ports,
  appointment: Appointment,
  { reason, by }: Readonly<{ reason: string; by: string | null }>,
  practice: Practice,
): Promise<void> {
  if (appointment.price === null) return;
  const receivable = await appointmentReceivable(ports, appointment, practice);
  await ports.billing.refund(receivable, { amount: null, reason, method: null, by });
}
