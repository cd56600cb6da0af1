// The public API of the context. Empty: no other context uses the clinic.
export type { AppointmentStatus } from './application/ports.js';
