import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { noteAccess } from './access.js';
import type {
  Appointment,
  AppointmentRepository,
  AppointmentStatus,
  AppointmentView,
  Caller,
  ClinicPorts,
  ClinicQueries,
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

/** Writes a line into the appointment's record. */
export const record = (
  appointments: AppointmentRepository,
  { id, status, startsAt }: Appointment,
  { from, by }: Readonly<{ from: AppointmentStatus | null; by: string | null }>,
  { clock }: Pick<Dependencies, 'clock'>,
): Promise<void> =>
  appointments.appendHistory({
    appointmentId: id,
    at: clock.now(),
    by,
    from,
    to: status,
    startsAt,
  });

/** The appointment as it is now, noted for the patient where it is shown to staff. */
export async function shown(
  { clinicQueries, accessLog }: Pick<ClinicPorts, 'clinicQueries' | 'accessLog'>,
  { caller, action, appointmentId }: Readonly<{ caller: Caller; action: string; appointmentId: string }>,
  dependencies: Dependencies,
): Promise<AppointmentView> {
  const appointment = await visible(clinicQueries, caller, appointmentId);
  const look = {
    caller,
    action,
    resource: `/v1/appointments/${appointmentId}`,
    patientIds: [appointment.patient.id],
  };
  await noteAccess(accessLog, look, dependencies);
  return appointment;
}
