import { invalidField } from '../../kernel/errors.js';
import type { TimeZones, WallClock } from '../../kernel/time-zones.js';
import { nonexistentLocalTime } from '../domain/errors.js';
import type { ClinicQueries, Doctor } from './ports.js';

/** The start a client asks for. A wall-clock time, which lacks an offset, is always refused. */
export type RequestedStart = Date | WallClock;

type Dependencies = Readonly<{ clinicQueries: Pick<ClinicQueries, 'doctor'>; timeZones: TimeZones }>;

/** invalid `validation` at /doctorId */
export function assertTakesAppointments(doctor: Doctor | undefined): asserts doctor is Doctor {
  if (doctor?.isActive !== true) throw invalidField('/doctorId', 'names no doctor who takes appointments');
}

/**
 * The requested start as an instant. Throws invalid `nonexistent-local-time` for a wall-clock time that the clocks of the
 * doctor skip, and `validation` for any other.
 */
export async function parseStart(
  requested: RequestedStart,
  doctorId: string,
  { clinicQueries, timeZones }: Dependencies,
): Promise<Date> {
  if (requested instanceof Date) return requested;
  const doctor = await clinicQueries.doctor(doctorId);
  assertTakesAppointments(doctor);
  if (timeZones.resolve(requested, doctor.timeZone).kind === 'gap')
    throw nonexistentLocalTime(doctor.timeZone);
  throw invalidField('/startsAt', 'needs Z or an offset such as +02:00');
}
