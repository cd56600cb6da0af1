import type { AppointmentType } from '../../domain/appointment-type.js';
import type { PatientBookings } from '../../domain/booking-limits.js';
import type { Doctor } from '../../domain/doctor.js';
import type { Interval } from '../../domain/interval.js';
import type { Patient } from '../../domain/patient.js';
import type { WeeklyWindow } from '../../domain/working-hours.js';

/** What a booking or a move locks and reads. */
export type DiaryRequest = ScheduleQuery &
  Readonly<{
    patient: NonNullable<ScheduleQuery['patient']>;
    /** Doctors to lock besides `doctorId`: the doctor that an appointment is moved away from. */
    otherDoctorIds?: readonly string[] | undefined;
  }>;

export type LockedDiary = Readonly<{
  /** By id; without unknown ones. */
  doctors: ReadonlyMap<string, Doctor>;
  patient: Patient | undefined;
  /** undefined if the doctor or the type is unknown. */
  schedule: Schedule | undefined;
}>;

/** The diaries of doctors and patients. */
export interface Diary {
  /**
   * Locks the doctors in order of id, then the patient's file, then reads the schedule. No other transaction can book or
   * move an appointment of these doctors or this patient until this one ends.
   */
  lockAndRead(request: DiaryRequest): Promise<LockedDiary>;
}

export type ScheduleQuery = Readonly<{
  doctorId: string;
  appointmentTypeId: string;
  range: Interval;
  /** The patient whose own appointments matter, by patient id or by member. */
  patient?: Readonly<{ id: string } | { userId: string }> | undefined;
  /** An appointment to ignore: the one that is being moved. */
  exceptId?: string | undefined;
  /** Also counts the patient's appointments that end after `now` and those created after `since`. */
  bookings?: Readonly<{ now: Date; since: Date }> | undefined;
}>;

/** The data that slots are computed from; intervals are those that overlap the requested range. */
export type Schedule = Readonly<{
  doctor: Readonly<{ id: string; timeZone: string; isActive: boolean }>;
  type: AppointmentType;
  week: readonly WeeklyWindow[];
  away: readonly Interval[];
  /** Busy ranges of the doctor's live appointments. */
  busy: readonly Interval[];
  /** The patient's live appointments without buffers; empty if the query names no patient. */
  patientBusy: readonly Interval[];
  /** Present if the query asks for it. */
  bookings?: PatientBookings;
}>;
