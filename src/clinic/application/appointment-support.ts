import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import { NO_PAYMENTS, paymentStatusOf } from '../../kernel/payments.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { logAccess } from './access.js';
import type {
  AccessLog,
  Appointment,
  AppointmentRepository,
  AppointmentStatus,
  AppointmentType,
  AppointmentView,
  Caller,
  ClinicPorts,
  ClinicQueries,
  Doctor,
  HistoryLine,
  Patient,
} from './ports.js';

/** The appointment. not_found if it is unknown, or another member's. */
export async function findVisible(
  clinicQueries: ClinicQueries,
  caller: Caller,
  appointmentId: string,
): Promise<AppointmentView> {
  const appointment = await clinicQueries.appointment(appointmentId);
  const isOwn = appointment?.patientUserId === caller.userId;
  if (appointment === undefined || !(isOwn || caller.isStaff)) throw notFound('appointment');
  return appointment;
}

/** Locks an appointment that the caller may see. not_found */
export async function lockVisible(
  { appointments, clinicQueries }: Pick<ClinicPorts, 'appointments' | 'clinicQueries'>,
  caller: Caller,
  appointmentId: string,
): Promise<Appointment> {
  await findVisible(clinicQueries, caller, appointmentId);
  const appointment = await appointments.lock(appointmentId);
  if (appointment?.deletedAt !== null) throw notFound('appointment');
  return appointment;
}

type Dependencies = Readonly<{ clock: Clock; ids: IdGenerator }>;

type Change = Readonly<{ from: AppointmentStatus | null; by: string | null }>;

/** The history entry of the change that led to the appointment's present state. */
export const historyLine = (
  { id, status, startsAt }: Appointment,
  { from, by }: Change,
  { clock }: Pick<Dependencies, 'clock'>,
): HistoryLine => ({ appointmentId: id, at: clock.now(), by, from, to: status, startsAt });

export const recordChange = (
  appointments: AppointmentRepository,
  appointment: Appointment,
  change: Change,
  dependencies: Pick<Dependencies, 'clock'>,
): Promise<void> => appointments.appendHistory(historyLine(appointment, change, dependencies));

type AppointmentAccess = Readonly<{ caller: Caller; action: string; appointmentId: string }>;

/** Logs that staff see the appointment. */
export const logAppointmentAccess = (
  accessLog: AccessLog,
  { caller, action, appointmentId }: AppointmentAccess,
  patientId: string,
  dependencies: Dependencies,
): Promise<void> =>
  logAccess(
    accessLog,
    { caller, action, resource: `/v1/appointments/${appointmentId}`, patientIds: [patientId] },
    dependencies,
  );

/** Reads the appointment and logs the access of staff. */
export async function viewWithAudit(
  { clinicQueries, accessLog }: Pick<ClinicPorts, 'clinicQueries' | 'accessLog'>,
  access: AppointmentAccess,
  dependencies: Dependencies,
): Promise<AppointmentView> {
  const appointment = await findVisible(clinicQueries, access.caller, access.appointmentId);
  await logAppointmentAccess(accessLog, access, appointment.patient.id, dependencies);
  return appointment;
}

/** The view of a new, unpaid appointment, equal to what `clinicQueries.appointment` returns for it. */
export const viewOfNew = (
  appointment: Appointment,
  { doctor, patient, type }: Readonly<{ doctor: Doctor; patient: Patient; type: AppointmentType }>,
): AppointmentView => ({
  id: appointment.id,
  doctor: { id: doctor.id, name: doctor.name },
  patient: { id: patient.id, name: patient.name },
  patientUserId: patient.userId,
  appointmentType: { id: type.id, name: type.name },
  startsAt: appointment.startsAt,
  endsAt: appointment.endsAt,
  timeZone: appointment.timeZone,
  status: appointment.status,
  reason: appointment.reason,
  staffNote: appointment.staffNote,
  rescheduleCount: appointment.rescheduleCount,
  cancelledBy: appointment.cancelledBy,
  cancelReason: appointment.cancelReason,
  price: appointment.price,
  paymentStatus: appointment.price && paymentStatusOf(appointment.price.amount, NO_PAYMENTS),
  revision: appointment.revision,
  version: appointment.version,
  createdAt: appointment.createdAt,
  updatedAt: appointment.updatedAt,
});
