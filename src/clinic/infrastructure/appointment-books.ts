import type { Ledger } from '../../cash/index.js';
import type { Bookkeeper } from '../application/ports.js';

/** Posts payments of appointments to the ledger of cash, in the transaction of its scope. */
export const makeAppointmentBooks = ({ ledger }: { ledger: Ledger }): Bookkeeper => ({
  async book({ id, appointmentId, method, amount, currency, createdBy }, payerId) {
    await ledger.post({
      from: await ledger.standardAccount('clinic-income'),
      to: await ledger.standardAccount(method === 'desk' ? 'desk-cash' : 'card-clearing'),
      amount,
      currency,
      // The ledger gets neither the patient nor the reason: those stay in the clinic.
      description: 'Payment of an appointment',
      origin: { type: 'appointment', id: appointmentId, event: `payment:${id}` },
      createdBy,
      ...(payerId !== null && { payerId }),
    });
  },
});
