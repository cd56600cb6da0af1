import { HOUR } from '../../kernel/clock.js';
import { tooManyBookings, tooManyOpenAppointments } from './errors.js';

/** What members may book by themselves; null: as much as they like. Staff book for patients without limits. */
export type BookingLimits = Readonly<{
  /** Appointments of one patient that lie ahead. */
  openAppointments: number | null;
  bookingsPerHour: number | null;
}>;

/** What is booked for a patient, by staff or by the patient. `recent`: the instants of the bookings of the last hour, oldest first. */
export type PatientBookings = Readonly<{ open: number; recent: readonly Date[] }>;

export const BOOKING_WINDOW_MS = HOUR;

/** conflict `too-many-open-appointments`; rate_limited `rate-limited`. Certain only under the lock of the patient's diary. */
export function assertMayBookMore(
  { open, recent }: PatientBookings,
  { openAppointments, bookingsPerHour }: BookingLimits,
  now: Date,
): void {
  if (openAppointments !== null && open >= openAppointments) throw tooManyOpenAppointments(openAppointments);
  if (bookingsPerHour === null || recent.length < bookingsPerHour) return;
  // The next booking is free when only `bookingsPerHour` - 1 of these are left in the window.
  const last = recent[recent.length - bookingsPerHour] ?? now;
  throw tooManyBookings(Math.max(1, Math.ceil((last.getTime() + BOOKING_WINDOW_MS - now.getTime()) / 1_000)));
}
