/** The kind of this context's jobs. */
export const APPOINTMENT_MAIL = 'clinic.appointment-mail';
