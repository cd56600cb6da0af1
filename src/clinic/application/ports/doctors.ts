import type { Doctor } from '../../domain/doctor.js';
import type { TimeOff } from '../../domain/time-off.js';
import type { WeeklyWindow } from '../../domain/working-hours.js';

export interface DoctorRepository {
  find(id: string): Promise<Doctor | undefined>;
  /** Locks the doctors until the transaction ends, in order of id; leaves out unknown ids. */
  lock(ids: readonly string[]): Promise<ReadonlyMap<string, Doctor>>;
  /** invalid `validation` at /userId for an account that does not exist, conflict `doctor-account-taken` */
  insert(doctor: Doctor): Promise<void>;
  /** The doctor with its next version; stale `version-mismatch` unless the stored version is the given one. */
  save(doctor: Doctor): Promise<Doctor>;
  /** conflict `doctor-has-appointments` */
  delete(id: string): Promise<void>;
  hours(doctorId: string): Promise<readonly WeeklyWindow[]>;
  /** Replaces the doctor's hours and saves the doctor's `hoursVersion`. */
  replaceHours(doctor: Doctor, hours: readonly WeeklyWindow[]): Promise<void>;
  insertTimeOff(timeOff: TimeOff): Promise<void>;
  /** false if the doctor has no such time off. */
  deleteTimeOff(doctorId: string, timeOffId: string): Promise<boolean>;
}
