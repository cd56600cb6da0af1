import type { Practice } from '../../kernel/practice.js';
import type { Receivable } from '../../kernel/receivable.js';
import { receivableOf } from '../domain/receivable.js';
import type { Appointment, ClinicPorts } from './ports.js';

/** What is owed for the appointment, by the member whom the patient file belongs to. */
export async function appointmentReceivable(
  { patients }: Pick<ClinicPorts, 'patients'>,
  appointment: Appointment,
  { currency }: Practice,
): Promise<Receivable> {
  const patient = await patients.find(appointment.patientId);
  return receivableOf(appointment, patient?.userId ?? null, currency);
}
