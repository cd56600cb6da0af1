import type { Money } from '../../kernel/money.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { IdempotencyKeys, IdempotencyKey } from '../../kernel/idempotency-key.js';
import type { PatientBookings } from '../domain/booking-limits.js';
import type { Appointment, AppointmentStatus, Party } from '../domain/appointment.js';
import type { AppointmentType } from '../domain/appointment-type.js';
import type { Doctor } from '../domain/doctor.js';
import type { Interval } from '../domain/interval.js';
import type { Patient } from '../domain/patient.js';
import type { Payment, PaymentMethod, PaymentState, PaymentStatus } from '../domain/payment.js';
import type { TimeOff } from '../domain/time-off.js';
import type { WeeklyWindow } from '../domain/working-hours.js';

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
export {
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  type PaymentMethod,
  type PaymentStatus,
} from '../domain/payment.js';
export type { TimeOff } from '../domain/time-off.js';
export type { WeeklyWindow } from '../domain/working-hours.js';

/** Who calls. Staff see and do what members may only with what is their own. */
export type Caller = Readonly<{ userId: string; isStaff: boolean }>;

/**
 * Lock order within the context: doctors by id → the patient's diary → appointment → payment.
 * What makes an appointment live, or moves it, holds the first two; what frees a time needs only the appointment.
 */
export interface DoctorRepository {
  find(id: string): Promise<Doctor | undefined>;
  /** Locks them to the end of the transaction, in order of id; unknown ids are left out. */
  lock(ids: readonly string[]): Promise<ReadonlyMap<string, Doctor>>;
  /** invalid `validation` at /userId for an account that does not exist, conflict `doctor-account-taken` */
  insert(doctor: Doctor): Promise<void>;
  /** The doctor with its next version; stale `version-mismatch` unless the stored version is the given one. */
  save(doctor: Doctor): Promise<Doctor>;
  /** conflict `doctor-has-appointments` */
  delete(id: string): Promise<void>;
  hours(doctorId: string): Promise<readonly WeeklyWindow[]>;
  /** Puts `hours` in place of what there is, and the doctor's `hoursVersion` with them. */
  replaceHours(doctor: Doctor, hours: readonly WeeklyWindow[]): Promise<void>;
  insertTimeOff(timeOff: TimeOff): Promise<void>;
  /** Whether it was there. */
  deleteTimeOff(doctorId: string, timeOffId: string): Promise<boolean>;
}

export interface AppointmentTypeRepository {
  find(id: string): Promise<AppointmentType | undefined>;
  lock(id: string): Promise<AppointmentType | undefined>;
  insert(type: AppointmentType): Promise<void>;
  save(type: AppointmentType): Promise<AppointmentType>;
  /** false, and nothing is deleted, when appointments refer to it. */
  deleteUnused(id: string): Promise<boolean>;
}

export interface PatientRepository {
  find(id: string): Promise<Patient | undefined>;
  findByUser(userId: string): Promise<Patient | undefined>;
  /** Holds the file, and with it the diary, to the end of the transaction: nobody else books or moves for the patient. */
  lock(id: string): Promise<Patient | undefined>;
  /** `lock`, of the file of a member. */
  lockByUser(userId: string): Promise<Patient | undefined>;
  /** invalid `validation` at /userId for an account that does not exist, conflict `patient-file-exists` */
  insert(patient: Patient): Promise<void>;
  /** The file of the patient's member: this one, or the one that is there; racers wait for each other. */
  insertUnlessThere(patient: Patient & Readonly<{ userId: string }>): Promise<Patient>;
  save(patient: Patient): Promise<Patient>;
}

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

export interface AppointmentRepository {
  find(id: string): Promise<Appointment | undefined>;
  lock(id: string): Promise<Appointment | undefined>;
  /**
   * With the first line of its record. conflict `slot-taken`, `patient-busy`, at the latest from the commit: no two live
   * ones overlap, whatever the caller has checked.
   */
  insert(appointment: Appointment, firstLine: HistoryLine): Promise<void>;
  save(appointment: Appointment): Promise<Appointment>;
  /** Every appointment of the patient, locked in order of id; those entered in error too. */
  lockAllOfPatient(patientId: string): Promise<readonly Appointment[]>;
  /** A line of the record; lines stay as they were written. */
  appendHistory(line: HistoryLine): Promise<void>;
}

export type HistoryLine = Readonly<{
  appointmentId: string;
  at: Date;
  /** null: the house itself. */
  by: string | null;
  /** null: it was made. */
  from: AppointmentStatus | null;
  to: AppointmentStatus;
  startsAt: Date;
}>;

export interface PaymentRepository {
  of(appointmentId: string): Promise<readonly Payment[]>;
  find(id: string): Promise<Payment | undefined>;
  lock(id: string): Promise<Payment | undefined>;
  insert(payment: Payment): Promise<void>;
  save(payment: Payment): Promise<void>;
}

/** Who looked at whose data; added to and never changed. */
export interface AccessLog {
  append(entries: readonly AccessEntry[]): Promise<void>;
}
export type AccessEntry = Readonly<{
  id: string;
  patientId: string;
  at: Date;
  by: string;
  action: string;
  resource: string;
}>;

export type CalendarFeed = Readonly<{ id: string; userId: string; tokenHash: string; createdAt: Date }>;
export interface CalendarFeedRepository {
  insert(feed: CalendarFeed): Promise<void>;
  /** Whether the user had it. */
  delete(userId: string, feedId: string): Promise<boolean>;
  /** All of the user's. */
  deleteAll(userId: string): Promise<void>;
}

/** Money taken for appointments, in the books. Called last: the books' locks come last. */
export interface Bookkeeper {
  /** Posts the payment once, however often it is called. `payerId` is the member whose file the patient's is, if any. */
  book(payment: Payment, payerId: string | null): Promise<void>;
}

/** The writing ports; they exist only inside a unit of work. `clinicQueries` reads what has been written so far. */
export type ClinicPorts = Readonly<{
  doctors: DoctorRepository;
  appointmentTypes: AppointmentTypeRepository;
  patients: PatientRepository;
  diary: Diary;
  appointments: AppointmentRepository;
  appointmentPayments: PaymentRepository;
  accessLog: AccessLog;
  calendarFeeds: CalendarFeedRepository;
  appointmentBooks: Bookkeeper;
  clinicMembers: Members;
  clinicQueries: ClinicQueries;
  outbox: Outbox;
  idempotencyKey: IdempotencyKey;
  idempotencyKeys: IdempotencyKeys;
}>;

type Named = Readonly<{ id: string; name: string }>;

/** An appointment as it is read. What a caller may see of it is for the caller's side to choose. */
export type AppointmentView = Readonly<{
  id: string;
  doctor: Named;
  patient: Named;
  /** Whose file the patient's is. */
  patientUserId: string | null;
  appointmentType: Named;
  startsAt: Date;
  endsAt: Date;
  timeZone: string;
  status: AppointmentStatus;
  reason: string | null;
  staffNote: string | null;
  rescheduleCount: number;
  cancelledBy: Party | null;
  cancelReason: string | null;
  price: Money | null;
  /** null for what has no price. */
  paymentStatus: PaymentStatus | null;
  revision: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}>;

export type AppointmentFilter = Readonly<{
  doctorId?: string | undefined;
  patientId?: string | undefined;
  /** Only those of this member's file. */
  patientUserId?: string | undefined;
  /** Starts, `to` exclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  statuses?: readonly AppointmentStatus[] | undefined;
  latestFirst?: boolean | undefined;
}>;

/** `by` null: the house itself. `reason` of a cancellation. */
export type HistoryItem = Readonly<{
  /** Rises as lines are written, whatever the clocks of the writers say. */
  line: number;
  at: Date;
  by: Named | null;
  from: AppointmentStatus | null;
  to: AppointmentStatus;
  startsAt: Date;
  reason: string | null;
}>;

export type AccessItem = Readonly<{ id: string; at: Date; by: Named; action: string; resource: string }>;

export type ScheduleQuery = Readonly<{
  doctorId: string;
  appointmentTypeId: string;
  range: Interval;
  /** Whose own appointments matter too: a patient's, or those of the file of a member. */
  patient?: Readonly<{ id: string } | { userId: string }> | undefined;
  /** An appointment that is left out: it is what moves. */
  exceptId?: string | undefined;
  /** Asks for `bookings` too: open ones end after `now`, recent ones were made after `since`. */
  bookings?: Readonly<{ now: Date; since: Date }> | undefined;
}>;

/** What slots and bookings are computed from: what overlaps the asked range. */
export type Schedule = Readonly<{
  doctor: Readonly<{ id: string; timeZone: string; isActive: boolean }>;
  type: AppointmentType;
  week: readonly WeeklyWindow[];
  away: readonly Interval[];
  /** Busy ranges of the doctor's live appointments. */
  busy: readonly Interval[];
  /** The patient's live appointments, from their starts to their ends; none where no patient was named. */
  patientBusy: readonly Interval[];
  /** Where it was asked for. */
  bookings?: PatientBookings;
}>;

export type PaymentView = Readonly<{
  id: string;
  appointmentId: string;
  method: PaymentMethod;
  amount: Money;
  status: PaymentState;
  cardLast4: string | null;
  createdAt: Date;
}>;

/** Everything held about a patient, but for what staff note among themselves. */
export type PatientRecord = Readonly<{
  patient: Patient;
  appointments: readonly AppointmentView[];
  history: readonly (HistoryItem & Readonly<{ appointmentId: string }>)[];
  payments: readonly PaymentView[];
  accessLog: readonly AccessItem[];
}>;

/** An appointment in a calendar: times and nothing of what it is about. */
export type CalendarEntry = Readonly<{
  id: string;
  startsAt: Date;
  endsAt: Date;
  status: AppointmentStatus;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}>;

/** What a mail about an appointment is made from. */
export type MailSubject = Readonly<{
  id: string;
  startsAt: Date;
  status: AppointmentStatus;
  revision: number;
  email: string | null;
}>;

/** Reads; each method is one statement. */
export interface ClinicQueries {
  /** By name; the page key is [name, id]. */
  doctors(filter: Readonly<{ activeOnly: boolean }>, page: PageRequest): Promise<Page<Doctor>>;
  doctor(id: string): Promise<Doctor | undefined>;
  workingHours(
    doctorId: string,
  ): Promise<Readonly<{ week: readonly WeeklyWindow[]; version: number }> | undefined>;
  /** Retired ones too. */
  appointmentType(id: string): Promise<AppointmentType | undefined>;
  /** Those that are not retired, by name; [name, id]. */
  appointmentTypes(page: PageRequest): Promise<Page<AppointmentType>>;
  /** In order of start; [startsAt in ms since 1970, id]. */
  timeOff(doctorId: string, page: PageRequest): Promise<Page<TimeOff>>;
  /** undefined when doctor or type are unknown. */
  schedule(asked: ScheduleQuery): Promise<Schedule | undefined>;
  /** Newest first, by the beginning of name, address or telephone number; [createdAt in ms, id]. */
  patients(filter: Readonly<{ q?: string | undefined }>, page: PageRequest): Promise<Page<Patient>>;
  patient(id: string): Promise<Patient | undefined>;
  patientOfUser(userId: string): Promise<Patient | undefined>;
  /** Everybody the doctor has, or had, an appointment with; by name; [name, id]. undefined: no such doctor. */
  patientsOfDoctor(doctorId: string, page: PageRequest): Promise<Page<Patient> | undefined>;
  doctorsOfPatient(patientId: string, page: PageRequest): Promise<Page<Doctor> | undefined>;
  /** By start; [startsAt in ms, id]. */
  appointments(filter: AppointmentFilter, page: PageRequest): Promise<Page<AppointmentView>>;
  appointment(id: string): Promise<AppointmentView | undefined>;
  /** Live ones whose busy range meets `range`, by start, at most 1000. */
  affectedBy(doctorId: string, range: Interval): Promise<readonly AppointmentView[]>;
  /** As it happened; [line]. */
  history(appointmentId: string, page: PageRequest): Promise<Page<HistoryItem>>;
  /** Newest first; [at in ms, id]. */
  accessLog(patientId: string, page: PageRequest): Promise<Page<AccessItem>>;
  record(patientId: string): Promise<PatientRecord | undefined>;
  mailSubject(appointmentId: string): Promise<MailSubject | undefined>;
  feed(tokenHash: string): Promise<CalendarFeed | undefined>;
  /** From `since` on, by start: a member's own, a doctor's own, or everybody's. */
  calendar(
    whose: Readonly<{ patientUserId: string } | { doctorUserId: string } | 'everybody'>,
    since: Date,
  ): Promise<readonly CalendarEntry[]>;
  /** Whether the account belongs to a doctor. */
  isDoctor(userId: string): Promise<boolean>;
  /**
   * Card payments begun before `begunBefore` whose outcome is not known, and behind them, so that they are in nobody's way,
   * those given up since `failedSince`; oldest first.
   */
  paymentsInDoubt(
    range: Readonly<{ begunBefore: Date; failedSince: Date }>,
    limit: number,
  ): Promise<readonly Payment[]>;
}

/** The house's members, as far as the clinic has to know them. */
export interface Members {
  /** undefined for nobody, the erased and the disabled. */
  find(userId: string): Promise<Readonly<{ name: string; email: string; isStaff: boolean }> | undefined>;
}

export type ChargeableCard = Readonly<{ gatewayToken: string; last4: string }>;

/** Cards and whoever moves their money. Far away: never called inside a unit of work. */
export interface CardTerminal {
  /** The member's own card, or the default one. not_found; invalid `no-card`, `card-expired`, `card-payments-off` */
  cardOf(userId: string, cardId: string | null): Promise<ChargeableCard>;
  /** inDoubt: no answer came. busy `gateway-unavailable`: surely not charged. The key makes it happen once. */
  charge(
    charge: Readonly<{ key: string; card: ChargeableCard; amount: Money }>,
  ): Promise<'captured' | 'declined' | 'inDoubt'>;
  /** What became of the charge under the key; unknown when it never arrived. */
  outcomeOf(key: string): Promise<'captured' | 'declined' | 'unknown'>;
}

/** Secrets in the addresses of calendar feeds; only what `hash` makes of them is stored. */
export interface FeedTokens {
  make(): string;
  hash(token: string): string;
}
