import type { Billing } from '../../kernel/billing.js';
import type { IdempotencyKey } from '../../kernel/idempotency-key.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { AccessLog } from './ports/access-log.js';
import type { AppointmentTypeRepository } from './ports/appointment-types.js';
import type { AppointmentRepository } from './ports/appointments.js';
import type { CalendarFeedRepository } from './ports/calendar-feeds.js';
import type { Diary } from './ports/diary.js';
import type { DoctorRepository } from './ports/doctors.js';
import type { Members, PatientRepository } from './ports/patients.js';
import type { ClinicQueries } from './ports/queries.js';

export {
  APPOINTMENT_STATUSES,
  LIVE_STATUSES,
  type Appointment,
  type AppointmentStatus,
  type Party,
} from '../domain/appointment.js';
export { TYPE_RANGES, type AppointmentType, type TypeDetails } from '../domain/appointment-type.js';
export type { Doctor, DoctorDetails } from '../domain/doctor.js';
export type { Slot } from '../domain/errors.js';
export type { Patient, PatientDetails } from '../domain/patient.js';
export type { TimeOff } from '../domain/time-off.js';
export type { WeeklyWindow } from '../domain/working-hours.js';
export type { AccessEntry, AccessItem, AccessLog } from './ports/access-log.js';
export type { AppointmentTypeRepository } from './ports/appointment-types.js';
export type {
  AppointmentFilter,
  AppointmentRepository,
  AppointmentView,
  HistoryItem,
  HistoryLine,
} from './ports/appointments.js';
export type {
  CalendarEntry,
  CalendarFeed,
  CalendarFeedRepository,
  FeedTokens,
} from './ports/calendar-feeds.js';
export type { Caller } from './ports/caller.js';
export type { Diary, DiaryRequest, LockedDiary, Schedule, ScheduleQuery } from './ports/diary.js';
export type { DoctorRepository } from './ports/doctors.js';
export type { MailSubject } from './ports/mails.js';
export type { Members, PatientRepository } from './ports/patients.js';
export type { ClinicQueries, PatientRecord } from './ports/queries.js';

/**
 * The writing ports, which exist only inside a unit of work. `clinicQueries` sees what the transaction has written.
 * Lock order within the context: doctors by id → the patient's file → appointment → what billing locks. A transaction that makes an
 * appointment live or moves it locks the first two; one that frees a time locks only the appointment.
 */
export type ClinicPorts = Readonly<{
  doctors: DoctorRepository;
  appointmentTypes: AppointmentTypeRepository;
  patients: PatientRepository;
  diary: Diary;
  appointments: AppointmentRepository;
  accessLog: AccessLog;
  calendarFeeds: CalendarFeedRepository;
  billing: Billing;
  clinicMembers: Members;
  clinicQueries: ClinicQueries;
  outbox: Outbox;
  idempotencyKey: IdempotencyKey;
}>;
