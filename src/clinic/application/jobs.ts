import { MINUTE } from '../../kernel/clock.js';

/** The kinds of this context's jobs, enqueued and recurring ones. */
export const APPOINTMENT_MAIL = 'clinic.appointment-mail';
export const RECONCILE_PAYMENTS = 'clinic.reconcile-payments';

export const RECONCILE_EVERY_MS = MINUTE;
