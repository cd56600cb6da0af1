import { HOUR } from '../../kernel/clock.js';
import { tooManyBookings, tooManyOpenAppointments } from './errors.js';

/** Limits of bookings by members; null: no limit. Bookings by staff are unlimited. */
export type BookingLimits = Readonly<{
  /** Future appointments of one patient. */
  openAppointments: number | null;
  bookingsPerHour: number | null;
}>;

/** The bookings of a patient, by staff or by the patient. `recent`: the times of the bookings within the last hour, oldest first. */
export type PatientBookings = Readonly<{ open: number; recent: readonly Date[] }>;

export const BOOKING_WINDOW_MS = HOUR;

export const areLimited = ({ openAppointments, bookingsPerHour }: BookingLimits): boolean =>
  openAppointments !== null || bookingsPerHour !== null;

/** conflict `too-many-open-appointments`; rate_limited `rate-limited`. Reliable only under the lock of the patient's file. */
export function assertMayBookMore(
  { open, recent }: PatientBookings,
  { openAppointments, bookingsPerHour }: BookingLimits,
  now: Date,
): void {
  if (openAppointments !== null && open >= openAppointments) throw tooManyOpenAppointments(openAppointments);
  if (bookingsPerHour === null || recent.length < bookingsPerHour) return;
  // The next booking is allowed once only `bookingsPerHour` - 1 of these are left in the window.
  const last = recent[recent.length - bookingsPerHour] ?? now;
  throw tooManyBookings(Math.max(1, Math.ceil((last.getTime() + BOOKING_WINDOW_MS - now.getTime()) / 1_000)));
}
