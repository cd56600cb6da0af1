import type { Receivable } from '../../kernel/receivable.js';
import type { Appointment } from './appointment.js';
import { notPayable } from './errors.js';

/** The type of origin under which billing takes money for appointments. */
export const APPOINTMENT_ORIGIN = 'appointment';

/** What is owed for an appointment. `payerId`: the member whom the patient file belongs to, if any. */
export const receivableOf = (
  { id, price, status, deletedAt }: Pick<Appointment, 'id' | 'price' | 'status' | 'deletedAt'>,
  payerId: string | null,
  practiceCurrency: string,
): Receivable => ({
  origin: { type: APPOINTMENT_ORIGIN, id },
  payerId,
  amount: price?.amount ?? 0,
  currency: price?.currency ?? practiceCurrency,
  // The ledger gets neither the patient nor the reason: those stay in the clinic.
  description: 'Payment of an appointment',
  income: 'clinic-income',
  isPayable: price !== null && status !== 'declined' && status !== 'cancelled' && deletedAt === null,
});

/** conflict `not-payable`: the appointment has no price, or was declined or cancelled. */
export function assertPayable({ isPayable }: Receivable): void {
  if (!isPayable) throw notPayable();
}
