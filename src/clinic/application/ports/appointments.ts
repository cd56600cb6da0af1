import type { Money } from '../../../kernel/money.js';
import type { PaymentStatus } from '../../../kernel/payments.js';
import type { Appointment, AppointmentStatus, Party } from '../../domain/appointment.js';
import type { Named } from './named.js';

export interface AppointmentRepository {
  find(id: string): Promise<Appointment | undefined>;
  lock(id: string): Promise<Appointment | undefined>;
  /**
   * Inserts the appointment and its first history entry. The database refuses an overlap of two live appointments, at the
   * latest at COMMIT: conflict `slot-taken`, `patient-busy`.
   */
  insert(appointment: Appointment, firstLine: HistoryLine): Promise<void>;
  save(appointment: Appointment): Promise<Appointment>;
  /** Locks all appointments of the patient in order of id, including those entered in error. */
  lockAllOfPatient(patientId: string): Promise<readonly Appointment[]>;
  /** Appends a history entry; entries never change. */
  appendHistory(line: HistoryLine): Promise<void>;
}

export type HistoryLine = Readonly<{
  appointmentId: string;
  at: Date;
  /** null: done by the system. */
  by: string | null;
  /** null: the appointment was created. */
  from: AppointmentStatus | null;
  to: AppointmentStatus;
  startsAt: Date;
}>;

/** An appointment with the names that belong to it. The HTTP layer omits what the caller may not see. */
export type AppointmentView = Readonly<{
  id: string;
  doctor: Named;
  patient: Named;
  /** The member that the patient file belongs to. */
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
  /** null for an appointment without a price. */
  paymentStatus: PaymentStatus | null;
  revision: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}>;

export type AppointmentFilter = Readonly<{
  doctorId?: string | undefined;
  patientId?: string | undefined;
  /** Only appointments of this member's patient file. */
  patientUserId?: string | undefined;
  /** The range of starts; `to` is exclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  statuses?: readonly AppointmentStatus[] | undefined;
  latestFirst?: boolean | undefined;
}>;

/** A history entry. `by` is null if the system made the change; `reason` is the reason of a cancellation. */
export type HistoryItem = Readonly<{
  /** Rises in the order of writing, independent of the writers' clocks. */
  line: number;
  at: Date;
  by: Named | null;
  from: AppointmentStatus | null;
  to: AppointmentStatus;
  startsAt: Date;
  reason: string | null;
}>;
