import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { noteAccess } from './access.js';
import { paymentStatusOf } from '../domain/payment.js';
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

/** The appointment if it is the caller's to see; not_found when it is unknown or somebody else's. */
export async function visible(
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
  await visible(clinicQueries, caller, appointmentId);
  const appointment = await appointments.lock(appointmentId);
  if (appointment?.deletedAt !== null) throw notFound('appointment');
  return appointment;
}

type Dependencies = Readonly<{ clock: Clock; ids: IdGenerator }>;

type Change = Readonly<{ from: AppointmentStatus | null; by: string | null }>;

/** The line of the record that says how the appointment came to be as it is now. */
export const lineOf = (
  { id, status, startsAt }: Appointment,
  { from, by }: Change,
  { clock }: Pick<Dependencies, 'clock'>,
): HistoryLine => ({ appointmentId: id, at: clock.now(), by, from, to: status, startsAt });

/** Writes it into the record. */
export const record = (
  appointments: AppointmentRepository,
  appointment: Appointment,
  change: Change,
  dependencies: Pick<Dependencies, 'clock'>,
): Promise<void> => appointments.appendHistory(lineOf(appointment, change, dependencies));

type Showing = Readonly<{ caller: Caller; action: string; appointmentId: string }>;

/** Notes for the patient that staff are shown the appointment. */
export const logAccess = (
  accessLog: AccessLog,
  { caller, action, appointmentId }: Showing,
  patientId: string,
  dependencies: Dependencies,
): Promise<void> =>
  noteAccess(
    accessLog,
    { caller, action, resource: `/v1/appointments/${appointmentId}`, patientIds: [patientId] },
    dependencies,
  );

/** The appointment as it is now, noted for the patient where it is shown to staff. */
export async function shown(
  { clinicQueries, accessLog }: Pick<ClinicPorts, 'clinicQueries' | 'accessLog'>,
  showing: Showing,
  dependencies: Dependencies,
): Promise<AppointmentView> {
  const appointment = await visible(clinicQueries, showing.caller, showing.appointmentId);
  await logAccess(accessLog, showing, appointment.patient.id, dependencies);
  return appointment;
}

/** What `clinicQueries.appointment` will say of an appointment that was made just now, for which nobody has paid. */
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
  paymentStatus: paymentStatusOf(appointment.price, []),
  revision: appointment.revision,
  version: appointment.version,
  createdAt: appointment.createdAt,
  updatedAt: appointment.updatedAt,
});
