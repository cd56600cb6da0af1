// The door: what other contexts may use. Nothing so far; the clinic asks, and is not asked.
export type { AppointmentStatus } from './application/ports.js';
