import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Money } from '../../../kernel/money.js';
import type { PaymentMethod, PaymentState, RefundState } from '../../../kernel/payments.js';
import type { AppointmentType } from '../../domain/appointment-type.js';
import type { Doctor } from '../../domain/doctor.js';
import type { Interval } from '../../domain/interval.js';
import type { Patient } from '../../domain/patient.js';
import type { TimeOff } from '../../domain/time-off.js';
import type { WeeklyWindow } from '../../domain/working-hours.js';
import type { AccessItem } from './access-log.js';
import type { AppointmentFilter, AppointmentView, HistoryItem } from './appointments.js';
import type { CalendarEntry, CalendarFeed } from './calendar-feeds.js';
import type { Schedule, ScheduleQuery } from './diary.js';
import type { MailSubject } from './mails.js';

type RecordedPayment<Status> = Readonly<{
  id: string;
  appointmentId: string;
  method: PaymentMethod;
  amount: Money;
  status: Status;
  createdAt: Date;
}>;

/** All stored data about a patient, without the notes of staff. */
export type PatientRecord = Readonly<{
  patient: Patient;
  appointments: readonly AppointmentView[];
  history: readonly (HistoryItem & Readonly<{ appointmentId: string }>)[];
  payments: readonly (RecordedPayment<PaymentState> & Readonly<{ cardLast4: string | null }>)[];
  refunds: readonly (RecordedPayment<RefundState> & Readonly<{ reason: string }>)[];
  accessLog: readonly AccessItem[];
}>;

/** The read side; each method is one statement. Comments on pages name the page key in brackets. */
export interface ClinicQueries {
  /** By name; [name, id]. */
  doctors(filter: Readonly<{ activeOnly: boolean }>, page: PageRequest): Promise<Page<Doctor>>;
  doctor(id: string): Promise<Doctor | undefined>;
  workingHours(
    doctorId: string,
  ): Promise<Readonly<{ week: readonly WeeklyWindow[]; version: number }> | undefined>;
  /** Also a retired type. */
  appointmentType(id: string): Promise<AppointmentType | undefined>;
  /** The types that are not retired, by name; [name, id]. */
  appointmentTypes(page: PageRequest): Promise<Page<AppointmentType>>;
  /** In order of start; [startsAt in ms since 1970, id]. */
  timeOff(doctorId: string, page: PageRequest): Promise<Page<TimeOff>>;
  /** undefined if the doctor or the type is unknown. */
  schedule(asked: ScheduleQuery): Promise<Schedule | undefined>;
  /** Newest first; `q` is a prefix of name, e-mail address or phone number; [createdAt in ms, id]. */
  patients(filter: Readonly<{ q?: string | undefined }>, page: PageRequest): Promise<Page<Patient>>;
  patient(id: string): Promise<Patient | undefined>;
  patientOfUser(userId: string): Promise<Patient | undefined>;
  /** The patients with a past or future appointment with the doctor, by name; [name, id]. undefined: unknown doctor. */
  patientsOfDoctor(doctorId: string, page: PageRequest): Promise<Page<Patient> | undefined>;
  doctorsOfPatient(patientId: string, page: PageRequest): Promise<Page<Doctor> | undefined>;
  /** By start; [startsAt in ms, id]. */
  appointments(filter: AppointmentFilter, page: PageRequest): Promise<Page<AppointmentView>>;
  appointment(id: string): Promise<AppointmentView | undefined>;
  /** The doctor's live appointments whose busy range overlaps `range`, by start, at most 1000. */
  affectedBy(doctorId: string, range: Interval): Promise<readonly AppointmentView[]>;
  /** Oldest first; [line]. */
  history(appointmentId: string, page: PageRequest): Promise<Page<HistoryItem>>;
  /** Newest first; [at in ms, id]. */
  accessLog(patientId: string, page: PageRequest): Promise<Page<AccessItem>>;
  record(patientId: string): Promise<PatientRecord | undefined>;
  mailSubject(appointmentId: string): Promise<MailSubject | undefined>;
  feed(tokenHash: string): Promise<CalendarFeed | undefined>;
  /** The appointments of a member, of a doctor or of everybody from `since` on, by start. */
  calendar(
    whose: Readonly<{ patientUserId: string } | { doctorUserId: string } | 'everybody'>,
    since: Date,
  ): Promise<readonly CalendarEntry[]>;
  /** Whether the user is a doctor. */
  isDoctor(userId: string): Promise<boolean>;
}
