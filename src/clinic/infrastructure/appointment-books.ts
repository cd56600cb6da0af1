import type { Ledger } from '../../cash/index.js';
import type { Bookkeeper } from '../application/ports.js';

/** Posts what was taken for appointments through cash's door, in the transaction that it is resolved in. */
export const makeAppointmentBooks = ({ ledger }: { ledger: Ledger }): Bookkeeper => ({
  async book({ id, appointmentId, method, amount, currency, createdBy }, payerId) {
    await ledger.post({
      from: await ledger.standardAccount('clinic-income'),
      to: await ledger.standardAccount(method === 'desk' ? 'desk-cash' : 'card-clearing'),
      amount,
      currency,
      // Whose and what for stays in the clinic.
      description: 'Payment of an appointment',
      origin: { type: 'appointment', id: appointmentId, event: `payment:${id}` },
      createdBy,
      ...(payerId !== null && { payerId }),
    });
  },
});
