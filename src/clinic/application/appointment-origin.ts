import type { PaymentOrigin } from '../../kernel/billing.js';
import type { Practice } from '../../kernel/practice.js';
import { appointmentReceivable } from './appointment-receivable.js';
import type { ClinicPorts } from './ports.js';

type Dependencies = Pick<ClinicPorts, 'appointments' | 'patients'> & Readonly<{ practice: Practice }>;

/** Appointments as billing sees them. Their status does not depend on payments, so nothing happens at a settlement. */
export const makeAppointmentOrigin = ({ appointments, patients, practice }: Dependencies): PaymentOrigin => ({
  async lock(id) {
    const appointment = await appointments.lock(id);
    if (appointment === undefined) throw new Error(`there is no appointment ${id}`);
    return {
      receivable: await appointmentReceivable({ patients }, appointment, practice),
      onPaymentSettled: () => Promise.resolve(),
      onRefundSettled: () => Promise.resolve(),
    };
  },
});
