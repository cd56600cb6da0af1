import { MINUTE } from '../../kernel/clock.js';

/** Kinds of the jobs this context puts into the outbox or has done at intervals. */
export const APPOINTMENT_MAIL = 'clinic.appointment-mail';
export const RECONCILE_PAYMENTS = 'clinic.reconcile-payments';

export const RECONCILE_EVERY_MS = MINUTE;
